package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence"
)

// signingKey reads the log's key, or makes it at the first start.
func (a *App) signingKey(ctx context.Context) (*ledger.SigningKey, error) {
	path := a.Key
	if path == "" {
		path = ledger.KeyPath(a.DB, a.Data)
	}
	return ledger.EnsureKey(ctx, a.DB, path, a.Origin)
}

// Load begins a bulk load of the log, which nobody else writes meanwhile.
func (a *App) Load(ctx context.Context) (*ledger.Load, error) {
	key, err := a.signingKey(ctx)
	if err != nil {
		return nil, err
	}
	return ledger.NewLoad(ctx, a.DB, key)
}

// secret reads a key of 32 bytes from a file, or makes it. It never lies in the database that it
// protects.
func secret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return secret(path) // another process was first
		}
		if err != nil {
			return nil, fmt.Errorf("make key: %w", err)
		}
		defer f.Close()
		if _, err := f.WriteString(hex.EncodeToString(key) + "\n"); err != nil {
			return nil, fmt.Errorf("make key: %w", err)
		}
		return key, f.Sync()
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("read key: %s does not hold 64 hexadecimal digits", path)
	}
	return key, nil
}

func (a *App) ledgerOperations(h huma.API) {
	api.Register(h, api.Op{ID: "ledger.entry", Method: http.MethodGet, Path: "/ledger/entries/{id}", Permission: "ledger.read", Summary: "An entry of the log as it is hashed"},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*jsonOutput, error) {
			r, err := a.entry(ctx, in.ID, "ledger.read")
			if err != nil {
				return nil, err
			}
			return &jsonOutput{ContentType: "application/json", CacheControl: "no-store", Body: r.Data}, nil
		})
	api.Register(h, api.Op{ID: "ledger.proof", Method: http.MethodGet, Path: "/ledger/proof/{id}", Permission: "ledger.prove", Summary: "A bundle that proves an entry offline"},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*jsonOutput, error) {
			if _, err := a.entry(ctx, in.ID, "ledger.prove"); err != nil {
				return nil, err
			}
			bundle, err := a.Log.Prove(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			body, err := bundle.Encode()
			return &jsonOutput{ContentType: "application/json", CacheControl: "no-store", Body: body}, err
		})
}

// entry reads an entry for somebody who has the right in the unit that it speaks of, or who may see
// the matter that it is about: a complaint's first entries are of the unit that registered it. What
// he may not read is not there (ledger.no_entry).
func (a *App) entry(ctx context.Context, id, op string) (ledger.Record, error) {
	actor := api.Actor(ctx)
	r, err := a.Log.Entry(ctx, id)
	if err != nil || actor.Can(op, r.Unit) {
		return r, err
	}
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := a.access(ctx, tx, actor, evidence.Subject{Type: r.Subject.Type, ID: r.Subject.ID}, false)
		return err
	}); err != nil {
		return ledger.Record{}, fault.Wrap(err, fault.NotFound, "ledger.no_entry", "entry", id)
	}
	return r, nil
}

// checkpoint serves the newest signed checkpoint to anybody: it holds hashes alone.
func (a *App) checkpoint(w http.ResponseWriter, r *http.Request) {
	note, err := a.Log.Checkpoint(r.Context())
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(note)
}

// consistency serves the proof that the log of one size begins with the log of another, to anybody: it holds hashes alone.
func (a *App) consistency(w http.ResponseWriter, r *http.Request) {
	old, bad := strconv.ParseInt(r.PathValue("old"), 10, 64)
	size, worse := strconv.ParseInt(r.PathValue("new"), 10, 64)
	if bad != nil || worse != nil {
		api.Fail(w, r, fault.New(fault.NotFound, "not_found"))
		return
	}
	proof, err := a.Log.ProveConsistency(r.Context(), old, size)
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(ledger.Consistency{Old: old, New: size, Proof: proof}.Encode())
}

// tile serves the tiles of the tree (C2SP tlog-tiles). Tiles of hashes are for anybody; those of
// entries name people and units, and are for auditors.
func (a *App) tile(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/ledger/")
	if strings.HasPrefix(path, "tile/entries/") && !api.Actor(r.Context()).CanAnywhere("ledger.read") {
		api.Fail(w, r, fault.New(fault.NotFound, "ledger.no_tile"))
		return
	}
	body, err := a.Log.Tile(r.Context(), path)
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(body)
}
