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
	"errors"
	"fmt"
)

// errNoRoot asks for what cannot be guessed: whose administrator is made.
var errNoRoot = usage(errors.New("空库首次启动须指明根区划：请设置 AREA（--area），通常是本区的 6 位代码，如 AREA=330109；确为全国的，填 AREA=0 (the first start of an empty registry needs AREA; AREA=0 is the nation)"))

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
		return errNoRoot
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

// makeRoot puts the root area into the catalogue unless it is there. In an empty one it is called by its
// code until a catalogue is imported; one that holds others must hold it, too.
func makeRoot(tx *store.Writer, root area.Code) error {
	if _, err := tx.Area(root); !fault.Is(err, fault.NotFound) {
		return err
	}
	if known, err := tx.CountAreas(catalog.Filter{}); err != nil {
		return err
	} else if known > 0 && root != area.Nation {
		return usage(fmt.Errorf("区划中没有根区划 %s（AREA）：请核对代码，或在 CSV 中加上 %[1]s 的一行（代码和名称）后重新 areas import (AREA is not in the catalogue)", root))
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
