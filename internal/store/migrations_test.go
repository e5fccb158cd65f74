package store

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"
)

// published are the hashes of the migrations that registries have been made with. A new one is added
// here; one that is here is never edited, for the registries in use would keep what it said before.
var published = map[string]string{
	"migrations/postgres/00001_registry.sql": "18b004a49ff9c559f8106c00b704558bdcb40a81dc7df4c4365bb8c35fa967ee",
	"migrations/postgres/00002_brands.sql":   "577fccfdc8259861233b3d9bebe34be239a47ab7831f4373716531da0d4a3145",
	"migrations/postgres/00003_names.sql":    "fb026ad21493c84d678c2b89e95f2a69d9132859b6192ec19aad6adb3e33ec33",
	"migrations/sqlite/00001_registry.sql":   "52993f0913f6e369ba06d86594110fb49573dfb063bc7a9617f23d4cdf44e045",
	"migrations/sqlite/00002_brands.sql":     "4b44677cf7273927a03413c7e3759c94e002be74b418872883c7c7617a0292aa",
	"migrations/sqlite/00003_names.sql":      "b619acdaa17f8f72f4d7c0df9063b1eab0af04daf6a56ff2fcec9e9f9f1bf102",
}

func TestPublishedMigrationsAreNotEdited(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*/*")
	must(t, err)
	for _, name := range files {
		content, err := fs.ReadFile(migrations, name)
		must(t, err)
		sum := sha256.Sum256(content)
		switch want := published[name]; want {
		case "":
			t.Errorf("%s is not in the list: add %q", name, hex.EncodeToString(sum[:]))
		case hex.EncodeToString(sum[:]):
		default:
			t.Errorf("%s was edited: write another migration instead", name)
		}
	}
	if len(files) != len(published) {
		t.Errorf("%d migrations, %d were published", len(files), len(published))
	}
}
