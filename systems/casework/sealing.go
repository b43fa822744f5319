package casework

import (
	"context"

	"jiexu/document"
	"jiexu/law"
	"jiexu/store"
)

// Seal is what seals a document: an impression, and the name under which its keeper knows the seal.
type Seal struct {
	ID         string
	Impression document.Impression
}

// FindSeal finds the seal for a document that a unit issues in an authority's name. Today it is a picture from the
// office's register; a service for electronic seals stands behind the same call. ok is false where the authority has
// none here: the document is then sealed by hand. An error stops the issue.
type FindSeal func(ctx context.Context, tx *store.Tx, unit, authority string, day law.Date) (seal Seal, ok bool, err error)

// sealing is a document.Sealer within the transaction that issues the document. used says afterwards with which seal.
type sealing struct {
	find FindSeal
	ctx  context.Context
	tx   *store.Tx
	unit string
	used string
}

// Seal finds the seal of the authority that closes the document.
func (s *sealing) Seal(authority string, on law.Date) (document.Impression, error) {
	if s.find == nil {
		return document.Impression{}, nil
	}
	seal, ok, err := s.find(s.ctx, s.tx, s.unit, authority, on)
	if err != nil || !ok {
		return document.Impression{}, err
	}
	s.used = seal.ID
	return seal.Impression, nil
}
