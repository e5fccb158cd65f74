package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/fault"
	"testing"
)

// TestBrandOfAnEndedAreaIsDeleted ends the area of brands that are open: what is sure to be refused is not
// offered, and a reviewer may delete them, too, so that their names are free.
func TestBrandOfAnEndedAreaIsDeleted(t *testing.T) {
	for _, who := range []string{"clerk001", "reviewer"} {
		t.Run(who, func(t *testing.T) {
			s := apitest.New(t)
			make := func(id, name string, steps ...apitest.Scenario) {
				s.Run(t, []apitest.Scenario{{Name: name, As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", name), Status: 201, Capture: map[string]string{id: "/id"}}})
				s.Run(t, steps)
			}
			make("draft", "初心驿站")
			make("back", "红色引擎", apitest.Scenario{As: "clerk001", Method: "POST", Path: "/brands/{back}/submit", Header: anyVersion},
				apitest.Scenario{As: "reviewer", Method: "POST", Path: "/brands/{back}/return", Header: anyVersion, Body: `{"reason":"请核对"}`})
			s.Run(t, []apitest.Scenario{
				{Name: "a returned one is on the list", As: "clerk001", Path: "/tasks", Contains: []string{"品牌“红色引擎”被退回"}},
				{Name: "the reviewer may reject it", As: "reviewer", Path: "/brands/{back}", Want: map[string]any{"/actions": []string{"reject"}}},
				{Name: "it is not deleted", As: "clerk001", Method: "DELETE", Path: "/brands/{back}", Header: anyVersion, Status: 409, Code: fault.WrongState,
					Contains: []string{"品牌目前是“已退回，待修改”，不能删除。它曾申报过，须保留备查。请改好后再次申报；不再申报的，请审核员作不予认定处理。"}},
				{Name: "a reviewer deletes nothing of an area that stands", As: "reviewer", Method: "DELETE", Path: "/brands/{draft}", Header: anyVersion, Status: 403, Code: fault.Forbidden,
					Contains: []string{"草稿由填报员删除；只有所属街道已撤并的，审核员才可以删除。"}},
				{Name: "the area ends", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: ended},
				{Name: "what its clerk may do with the draft", As: "clerk001", Path: "/brands/{draft}", Want: map[string]any{"/actions": []string{"edit", "delete", "attach"}}},
				{Name: "and with the other", As: "clerk001", Path: "/brands/{back}", Want: map[string]any{"/actions": []string{"edit", "delete", "attach"}}},
				{Name: "what the reviewer may do with the draft", As: "reviewer", Path: "/brands/{draft}", Want: map[string]any{"/actions": []string{"delete"}}},
				{Name: "and with the other", As: "reviewer", Path: "/brands/{back}", Want: map[string]any{"/actions": []string{"delete", "reject"}}},
				{Name: "nothing to do", As: "clerk001", Path: "/tasks", Want: map[string]any{"/items": []string{}}},
				{Name: "delete the draft", As: who, Method: "DELETE", Path: "/brands/{draft}", Header: anyVersion, Status: 204},
				{Name: "delete the other", As: who, Method: "DELETE", Path: "/brands/{back}", Header: anyVersion, Status: 204},
				{Name: "its name is free", As: "clerk002", Method: "POST", Path: "/brands", Body: brandBody("330109002", "红色引擎"), Status: 201},
			})
		})
	}
}

// TestSubmittedBrandIsNotDeleted withdraws a brand and tries to delete it.
func TestSubmittedBrandIsNotDeleted(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", "初心驿站"), Status: 201, Capture: map[string]string{"id": "/id"}, Want: map[string]any{"/actions": []string{"edit", "delete", "submit", "attach"}}},
		{As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: anyVersion},
		{As: "clerk001", Method: "POST", Path: "/brands/{id}/withdraw", Header: anyVersion, Want: map[string]any{"/state": "draft", "/actions": []string{"edit", "submit", "attach"}}},
		{As: "clerk001", Method: "DELETE", Path: "/brands/{id}", Header: anyVersion, Status: 409, Code: fault.WrongState, Contains: []string{"它曾申报过，须保留备查。"}},
		{As: "reviewer", Path: "/brands/{id}", Want: map[string]any{"/actions": []string{}}},
	})
}
