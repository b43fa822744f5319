package casework

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// SealRequest says what is to be sealed.
type SealRequest struct {
	Unit      string // that issues the document
	Authority string // in whose name
	Kind      document.Kind
	Number    string
	Day       law.Date          // of the document
	Digest    [sha256.Size]byte // SHA-256 of what it says (document.Text, UTF-8); its PDF bears the seal and comes later
}

// Seal is what seals a document: an impression, and the name under which its keeper knows the seal.
type Seal struct {
	ID         string
	Impression document.Impression
	Proof      []byte // an outside service's own, over the request's digest; none of a picture
}

// MaxSealProof bounds the proof of an outside service, in bytes.
const MaxSealProof = 64 << 10

// FindSeal finds the seal for a document. Today it is a picture from the office's register; a service for electronic
// seals stands behind the same call. ok is false where the authority has none here: the document is then sealed by
// hand. An error stops the issue. It is asked within the transaction that issues, so a service must answer soon, and
// may be asked again for a document whose issue was tried again.
type FindSeal func(ctx context.Context, tx *store.Tx, what SealRequest) (seal Seal, ok bool, err error)

// SealService is a FindSeal that asks outside the house: an error that is no fault means that nobody answered, and
// becomes case.seal_service.
func SealService(ask FindSeal) FindSeal {
	return func(ctx context.Context, tx *store.Tx, what SealRequest) (Seal, bool, error) {
		seal, ok, err := ask(ctx, tx, what)
		var told *fault.Error
		if err != nil && !errors.As(err, &told) && ctx.Err() == nil {
			err = fault.Wrap(err, fault.Unavailable, "case.seal_service")
		}
		return seal, ok, err
	}
}

// sealing is a document.Sealer within the transaction that issues the document. used says afterwards with which seal.
type sealing struct {
	find   FindSeal
	ctx    context.Context
	tx     *store.Tx
	unit   string
	form   document.Form
	number string
	used   Seal
}

// Seal finds the seal of the authority that closes the document.
func (s *sealing) Seal(authority string, on law.Date) (document.Impression, error) {
	if s.find == nil {
		return document.Impression{}, nil
	}
	text, err := document.Text(s.form)
	if err != nil {
		return document.Impression{}, err
	}
	seal, ok, err := s.find(s.ctx, s.tx, SealRequest{s.unit, authority, s.form.Kind(), s.number, on, sha256.Sum256([]byte(text))})
	if err != nil || !ok {
		return document.Impression{}, err
	}
	if len(seal.Proof) > MaxSealProof {
		return document.Impression{}, fmt.Errorf("seal %s: its proof has %d bytes, at most %d are kept", seal.ID, len(seal.Proof), MaxSealProof)
	}
	s.used = seal
	return seal.Impression, nil
}

// Ways in which a document comes to its seal.
const (
	SealedByPicture = "picture" // of the office's register
	SealedByService = "service" // outside
	SealedByHand    = "hand"    // the place was left free
)

// Sealed says which seal a document bears. It was put on when the document was issued, by who issued it.
type Sealed struct {
	How       string `json:"how" enum:"picture,service,hand"`
	ID        string `json:"id,omitempty" doc:"in the office's register, or what the outside service calls it"`
	Number    int    `json:"number,omitempty" doc:"in the office's register"`
	Name      string `json:"name,omitempty"`
	Authority string `json:"authority,omitempty"`
	Proof     int    `json:"proof,omitempty" doc:"bytes of the outside service's own proof, which the document's address gives with .seal"`
}

// sealedWith tells it from what the register knows of the seal: nothing of an outside service's. nil where a document of
// this kind bears none.
func sealedWith(kind, id string, known *Sealed, proof int) *Sealed {
	switch {
	case id == "" && !bearsSeal(kind):
		return nil
	case id == "":
		return &Sealed{How: SealedByHand}
	case known == nil:
		return &Sealed{How: SealedByService, ID: id, Proof: proof}
	}
	known.How, known.ID, known.Proof = SealedByPicture, id, proof
	return known
}

// bearsSeal reports whether documents of a kind are issued under the seal.
func bearsSeal(kind string) bool {
	if kind == NoticeDocument || kind == DecisionDocument {
		return true
	}
	blank, ok := document.BlankOf(document.Kind(kind))
	return ok && blank.Seal
}

// SealProof gives what an outside seal service proved its seal on a document with. Returns case.not_found,
// case.document_not_found, case.seal_proof_none where the seal is a picture or stamped by hand.
func (s *Service) SealProof(ctx context.Context, actor org.Actor, caseID, id string) (name string, proof []byte, err error) {
	var number string
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.readable(ctx, tx, actor, caseID); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT number, seal_proof FROM casework_documents WHERE id = $1 AND case_id = $2`, id, caseID).Scan(&number, &proof)
		return store.Found(err, "case.document_not_found")
	})
	if err == nil && len(proof) == 0 {
		err = fault.New(fault.NotFound, "case.seal_proof_none")
	}
	return number + ".seal", proof, err
}
