package main

import (
	"context"
	"strings"
	"testing"
)

// TestForgottenAreaIsAskedFor starts an empty registry without AREA: nobody becomes the nation's
// administrator without a word.
func TestForgottenAreaIsAskedFor(t *testing.T) {
	elsewhere(t)
	var out, errs strings.Builder
	code := run(context.Background(), []string{"serve", "--listen=127.0.0.1:0"}, environ(nil), &out, &errs)
	if code != exitUsage || out.Len() > 0 || !strings.Contains(errs.String(), "空库首次启动须指明根区划：请设置 AREA") || !strings.Contains(errs.String(), "AREA=0") {
		t.Errorf("status %d: %s%s", code, &out, &errs)
	}
	if r := start(t); !strings.Contains(r.out.String(), "first-token role=admin area=330109 ") {
		t.Errorf("with AREA it prints %s", r.out)
	}
}

// TestRootIsInTheCatalogue starts over a catalogue that does not hold the root: it is not made up.
func TestRootIsInTheCatalogue(t *testing.T) {
	elsewhere(t)
	write(t, "areas.csv", "code,name\n33,浙江省\n3301,杭州市\n330106,西湖区\n")
	ok(t, "areas", "import", "areas.csv")
	var out, errs strings.Builder
	code := run(context.Background(), []string{"serve"}, environ(map[string]string{"AREA": "330109", "LISTEN": "127.0.0.1:0"}), &out, &errs)
	if code != exitUsage || !strings.Contains(errs.String(), "区划中没有根区划 330109（AREA）") {
		t.Errorf("status %d: %s%s", code, &out, &errs)
	}
	write(t, "areas.csv", "code,name\n330109,萧山区\n")
	ok(t, "areas", "import", "areas.csv")
	start(t).stop()
}

// TestImportSaysWhoReportsNoMore imports a catalogue that turns a unit's reports off, and one that ends it.
func TestImportSaysWhoReportsNoMore(t *testing.T) {
	elsewhere(t)
	write(t, "areas.csv", "code,name\n330109,萧山区\n330109001,城厢街道\n330109002,北干街道\n330109003,蜀山街道\n")
	if out := ok(t, "areas", "import", "areas.csv"); strings.Contains(out, "不再填报") {
		t.Errorf("the first import says %s", out)
	}
	write(t, "areas.csv", "code,name,reports,valid_to\n330109001,城厢街道,否,\n330109002,北干街道,,2026-12-31\n330109003,蜀山街道,,\n")
	want := "新增 0 个区划，更新 2 个，1 个没有变化。\n不再填报：城厢街道（330109001），第 2 行的 reports 列填的是“否”。\n" +
		"不再填报：北干街道（330109002），第 3 行的 valid_to 列填的是 2026-12-31，此后结束的报告期不再应报。\n"
	if out := ok(t, "areas", "import", "areas.csv"); out != want {
		t.Errorf("it says %s, want %s", out, want)
	}
	if out := ok(t, "areas", "import", "areas.csv"); strings.Contains(out, "不再填报") {
		t.Errorf("the same once more says %s", out)
	}
}
