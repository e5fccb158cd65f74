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
	"migrations/postgres/00003_names.sql":    "302b45d799c0182ead8299ee8053ba947ad18f00c68f6c10cec868665b45f80f",
	"migrations/sqlite/00001_registry.sql":   "52993f0913f6e369ba06d86594110fb49573dfb063bc7a9617f23d4cdf44e045",
	"migrations/sqlite/00002_brands.sql":     "4b44677cf7273927a03413c7e3759c94e002be74b418872883c7c7617a0292aa",
	"migrations/sqlite/00003_names.sql":      "03a07cf6d9abb3028ae0310b3da3d11eb9937c0dc0bb9913203ad52203aa6143",
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
