package v1

import (
	"strings"

	"golang.org/x/text/language"
)

const (
	chinese = "zh-CN"
	english = "en"
)

var languages = language.NewMatcher([]language.Tag{language.MustParse(chinese), language.English})

// languageOf picks the language of the answer from Accept-Language: Chinese unless English is preferred.
func languageOf(accept string) string {
	switch {
	case accept == "", accept == chinese, strings.HasPrefix(accept, "zh-CN,"):
		return chinese
	case accept == english:
		return english
	case len(accept) > 200:
		return chinese
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return chinese
	}
	if _, i, sure := languages.Match(wanted...); i == 1 && sure > language.No {
		return english
	}
	return chinese
}
