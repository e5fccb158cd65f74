package main

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"crypto/rand"
	"fmt"
)

// firstStart gives a registry without accounts its root area and an administrator, and prints the
// administrator's token, once. A registry that has accounts is left alone.
func firstStart(p *invocation, settings config, s *store.Store) error {
	var accounts int64
	err := s.View(p.ctx, func(tx *store.Reader) (err error) {
		accounts, err = tx.CountAccounts(account.Filter{Within: area.Nation})
		return err
	})
	if err != nil || accounts > 0 {
		return err
	}
	root := settings.area
	if root == "" {
		root = area.Nation // whoever starts without a thought gets a registry that holds any area
	}
	token, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	var admin account.Account
	made := false
	err = s.Update(p.ctx, operator(root), func(tx *store.Writer) (err error) {
		if err := makeRoot(tx, root); err != nil {
			return err
		}
		admin, made, err = account.Bootstrap(tx, root, hash)
		return err
	})
	if err != nil || !made {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "first-token role=%s area=%s username=%s token=%s\n", admin.Role, admin.Area, admin.Username, token)
	return err
}

// makeRoot puts the root area into the catalogue unless it is there. It is called by its code until a
// catalogue is imported.
func makeRoot(tx *store.Writer, root area.Code) error {
	if _, err := tx.Area(root); !fault.Is(err, fault.NotFound) {
		return err
	}
	name := string(root)
	if root == area.Nation {
		name = catalog.NationName
	}
	_, _, err := catalog.Put(tx, root, audit.Precondition{}, catalog.Input{Name: name})
	return err
}

// operator is on whose behalf a subcommand writes: whoever runs it, in the area and all below.
func operator(within area.Code) store.By {
	who := access.Operator
	who.Area = within
	return store.By{Actor: who, RequestID: requestID()}
}
