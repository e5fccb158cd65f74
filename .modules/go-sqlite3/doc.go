// Package sqlite3 stands in for the cgo driver of the same path, which gorm.io/driver/sqlite
// imports for its side effect. It registers nothing: the registry uses modernc.org/sqlite.
package sqlite3
