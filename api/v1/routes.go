package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/store"
)

// route is one line of the API: a method and a path below Base in Gin's syntax, what an actor must
// be permitted (nothing: the route is public), and the handler.
type route struct {
	method string
	path   string
	action access.Action
	handle handler
}

// handler serves one request: it reads the path, the query and the body, then ends in view or update.
type handler func(r *request) error

// routes is the whole API.
var routes = []route{
	{"POST", "/session", "", createSession},
	{"DELETE", "/session", access.UseSession, deleteSession},
	{"GET", "/me", access.UseSession, getMe},
	{"PUT", "/me/password", access.UseSession, putPassword},

	{"GET", "/areas", access.ReadAreas, listAreas},
	{"GET", "/areas/:code", access.ReadAreas, getArea},
	{"PUT", "/areas/:code", access.WriteAreas, putArea},

	{"GET", "/accounts", access.ReadAccounts, listAccounts},
	{"POST", "/accounts", access.WriteAccounts, createAccount},
	{"GET", "/accounts/:id", access.ReadAccounts, getAccount},
	{"PATCH", "/accounts/:id", access.WriteAccounts, editAccount},
	{"GET", "/accounts/:id/tokens", access.ReadAccounts, listTokens},
	{"POST", "/accounts/:id/tokens", access.WriteAccounts, createToken},
	{"DELETE", "/tokens/:id", access.WriteAccounts, revokeToken},

	{"GET", "/tasks", access.ReadTasks, listTasks},
	{"GET", "/periods", access.ReadPlan, listPeriods},
	{"GET", "/periods/:period", access.ReadPlan, getPeriod},
	{"PUT", "/periods/:period", access.WritePlan, putPeriod},
	{"GET", "/periods/:period/extensions/:area", access.ReadPlan, getExtension},
	{"PUT", "/periods/:period/extensions/:area", access.WritePlan, putExtension},
	{"DELETE", "/periods/:period/extensions/:area", access.WritePlan, deleteExtension},
	{"GET", "/goals/:area/:year", access.ReadPlan, getGoals},
	{"PUT", "/goals/:area/:year", access.WritePlan, putGoals},

	{"GET", "/coverage-rules", access.ReadRules, listCoverageRules},
	{"GET", "/coverage-records", access.ReadCoverage, listCoverageRecords},
	{"POST", "/coverage-records/approve", access.DecideCoverage, approveCoverageRecords},
	{"PUT", "/coverage-records/:period/:area", access.EditCoverage, putCoverageRecord},
	{"GET", "/coverage-records/:period/:area", access.ReadCoverage, getCoverageRecord},
	{"POST", "/coverage-records/:period/:area/submit", access.SubmitCoverage, submitCoverageRecord},
	{"POST", "/coverage-records/:period/:area/withdraw", access.SubmitCoverage, withdrawCoverageRecord},
	{"POST", "/coverage-records/:period/:area/discard", access.DiscardCoverage, discardCoverageRecord},
	{"POST", "/coverage-records/:period/:area/return", access.DecideCoverage, returnCoverageRecord},
	{"POST", "/coverage-records/:period/:area/approve", access.DecideCoverage, approveCoverageRecord},
	{"POST", "/coverage-records/:period/:area/correct", access.CorrectCoverage, correctCoverageRecord},
	{"GET", "/coverage-records/:period/:area/revisions", access.ReadCoverage, listCoverageRevisions},
	{"GET", "/coverage-records/:period/:area/revisions/:n", access.ReadCoverage, getCoverageRevision},
	{"GET", "/coverage-records/:period/:area/diff", access.ReadCoverage, getCoverageDiff},
	{"GET", "/coverage-records/:period/:area/history", access.ReadCoverage, listCoverageHistory},

	{"GET", "/brand-rules", access.ReadRules, getBrandRules},
	{"GET", "/brands", access.ReadBrands, listBrands},
	{"POST", "/brands", access.EditBrands, createBrand},
	{"GET", "/brands/:id", access.ReadBrands, getBrand},
	{"PATCH", "/brands/:id", access.EditBrands, editBrand},
	{"DELETE", "/brands/:id", access.DeleteBrands, deleteBrand},
	{"POST", "/brands/:id/submit", access.SubmitBrands, submitBrand},
	{"POST", "/brands/:id/withdraw", access.SubmitBrands, withdrawBrand},
	{"POST", "/brands/:id/return", access.DecideBrands, returnBrand},
	{"POST", "/brands/:id/reject", access.DecideBrands, rejectBrand},
	{"POST", "/brands/:id/publicize", access.DecideBrands, publicizeBrand},
	{"POST", "/brands/:id/recognize", access.DecideBrands, recognizeBrand},
	{"POST", "/brands/:id/confirm", access.DecideBrands, confirmBrand},
	{"POST", "/brands/:id/revoke", access.DecideBrands, revokeBrand},
	{"POST", "/brands/:id/reopen", access.ReopenBrands, reopenBrand},
	{"POST", "/brands/:id/recognitions/:rid/revoke", access.DecideBrands, revokeRecognition},
	{"GET", "/brands/:id/history", access.ReadBrands, listBrandHistory},
	{"GET", "/brands/:id/evidence", access.ReadBrands, listEvidence},
	{"POST", "/brands/:id/evidence", access.EditBrands, uploadEvidence},
	{"GET", "/evidence/:id", access.ReadBrands, getEvidence},
	{"DELETE", "/evidence/:id", access.EditBrands, deleteEvidence},

	{"GET", "/reports/coverage", access.ReadReports, getCoverageReport},
	{"GET", "/reports/brands", access.ReadReports, getBrandReport},
	{"GET", "/reports/goals", access.ReadReports, getGoalsReport},
	{"GET", "/reports/submissions", access.ReadReports, getSubmissionsReport},
	{"GET", "/reports/trend", access.ReadReports, getTrendReport},

	{"GET", "/audit-events", access.ReadAudit, listAuditEvents},
}

// subject says where the things under a path with an id lie, so that who may not see one is told so
// before its request's body is read.
type subject struct {
	path   string // of the thing, such as /accounts/:id; it holds for every path that begins so
	locate func(tx *store.Reader, id string) (area.Code, error)
}

// subjects are all things that are named by an id. locate fails with NotFound.
var subjects = []subject{
	{"/accounts/:id", locateAccount},
	{"/tokens/:id", locateToken},
	{"/brands/:id", locateBrand},
	{"/evidence/:id", locateEvidence},
}

// finding says how to find what a path names other than by an id, so that a request about what does
// not exist is told so before what is wrong with its form.
type finding struct {
	path    string   // as of a subject
	methods []string // that are about what exists already
	find    func(r *request, tx *store.Reader) error
}

// findings are all such things, the first that fits a route being its. find fails with NotFound or Forbidden; another failure says nothing.
var findings = []finding{
	{"/areas/:code", []string{"GET"}, findArea("code")},
	{"/periods/:period/extensions/:area", []string{"GET", "DELETE"}, findExtension},
	{"/periods/:period/extensions/:area", []string{"PUT"}, findArea("area")},
	{"/periods/:period", []string{"GET", "PUT"}, findPeriodArea},
	{"/goals/:area/:year", []string{"GET", "PUT"}, findArea("area")},
	{"/coverage-records/:period/:area", []string{"GET", "POST"}, findCoverageRecord},
	{"/brands/:id/recognitions/:rid", []string{"POST"}, findRecognition},
}
