package intake

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

// Ways on which a citizen reports by himself.
const (
	ByPortal  = "portal"
	ByOpen311 = "open311"
)

// Bounds of what comes from the public, in characters.
const (
	MaxPublicText = 4_000
	maxEmail      = 200
	maxAccount    = 200
	maxMediaURL   = 1_000
)

// Parts that somebody may have in a complaint that he finds by a code.
const (
	Informant = "informant" // who reported it
	Follower  = "follower"  // who wants to know what becomes of it
)

// PublicReport is a complaint as a citizen sends it, by the portal or with another program.
type PublicReport struct {
	Way          string
	Service      string // code of a PublicService
	Address      string
	AddressID    string   // where neither address nor coordinates are given: an address of the register, 大宁路街道/共和新路/1968弄
	Lon, Lat     *float64 // WGS-84
	Text         string
	Answers      map[string][]string // to the questions of the service, by code
	Contact      Contact
	Confidential bool
	MediaURL     string
	Photos       []string // ids of pictures that were sent before, and wait to be attached
	Key          string   // id of the key that it came by
	Unit         string   // where it is registered; empty: in the only bureau there is
	Once         string   // what is the same when the same is sent again; empty: nothing is
	DryRun       bool     // everything is done, and nothing kept
}

// Reported is what came of it.
type Reported struct {
	Complaint, Number string
	PublicID          string
	Token             string // by which a number that comes later is asked for; empty: it was told at once
	Code              string // by which the citizen finds it again; told this once
	Service           PublicService
	Repeated          bool // it had come before
}

// errDry undoes what a dry run did.
var errDry = errors.New("dry run")

// Report takes in what a citizen reports: checked, located, registered like any other complaint; who he is goes into the
// contact alone. What is sent again under the same Once is not doubled. Returns form with every wrong field, and
// intake.no_service (not found).
func (s *Service) Report(ctx context.Context, in PublicReport) (*Reported, error) {
	actor := org.Program(in.Way)
	out := &Reported{}
	service, err := publicService(in.Service)
	if err != nil {
		return nil, err
	}
	key := ""
	if in.Once != "" {
		key = in.Way + " " + in.Once
	}
	street := ""
	if in.AddressID != "" && strings.TrimSpace(in.Address) == "" && in.Lon == nil && in.Lat == nil {
		parts := strings.Split(in.AddressID, "/")
		if len(parts) != 3 || slices.ContainsFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }) {
			return nil, noAddressID()
		}
		street, in.Address = strings.TrimSpace(parts[0]), strings.Join(parts, "")
	}
	_, err = store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (struct{}, error) {
		*out = Reported{Service: service, PublicID: publicCode(12), Code: s.trackingCode(key)}
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return struct{}{}, err
		}
		c, contact, answers, err := s.reported(in, service, ground)
		if err != nil {
			return struct{}{}, err
		}
		c.sourceKey = key
		unit := in.Unit
		if unit == "" {
			if unit, err = onlyBureau(ctx, tx); err != nil {
				return struct{}{}, err
			}
		}
		g, err := s.understand(ctx, tx, ground, c)
		if err != nil {
			return struct{}{}, err
		}
		if street != "" && (c.Lon == nil || streetName(ground, c.StreetCode) != street) {
			return struct{}{}, noAddressID()
		}
		done, err := s.admit(ctx, tx, actor, unit, ground, c, contact, g, entryRegistered)
		if err != nil {
			return struct{}{}, err
		}
		out.Complaint, out.Number = done.ID, done.Number
		if service.Type == Batch {
			out.Token = publicCode(20)
		}
		if err := publish(ctx, tx, in, out, c, answers); err != nil {
			return struct{}{}, err
		}
		if len(in.Photos) > 0 && s.attach != nil {
			if err := s.attach(ctx, tx, actor, c.ID, in.Photos); err != nil {
				return struct{}{}, err
			}
		}
		if in.DryRun {
			return struct{}{}, errDry
		}
		return struct{}{}, nil
	})
	switch {
	case errors.Is(err, errDry):
		return out, nil
	case store.IsUnique(err) && key != "":
		return s.reportedBefore(ctx, key, service)
	case err != nil:
		return nil, err
	}
	return out, nil
}

func noAddressID() error {
	return fault.New(fault.Invalid, "form").With("address_id", "intake.no_address_id").OrNil()
}

// PublicUnit is the unit that takes in what citizens report, where nothing else says which. Returns import.unit_needed.
func (s *Service) PublicUnit(ctx context.Context, tx *store.Tx) (string, error) {
	return onlyBureau(ctx, tx)
}

// publicService finds a service by its code. Returns intake.no_service.
func publicService(code string) (PublicService, error) {
	service, ok := PublicServiceOf(code)
	if !ok {
		return PublicService{}, fault.New(fault.NotFound, "intake.no_service", "service", clipped(code, 60))
	}
	return service, nil
}

// publish writes what is public of a complaint, and by what it is found again.
func publish(ctx context.Context, tx *store.Tx, in PublicReport, out *Reported, c *Complaint, answers map[string][]string) error {
	said, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO intake_public (complaint, public_id, service, way, api_key, token, media_url, attributes, requested_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		c.ID, out.PublicID, in.Service, in.Way, nullable(in.Key), nullable(out.Token), nullable(strings.TrimSpace(in.MediaURL)), string(said), store.At(c.RegisteredAt)); err != nil {
		return fmt.Errorf("publish a complaint: %w", err)
	}
	return track(ctx, tx, org.Program(in.Way), c, out.Code, Informant, "intake.published", ledger.Row{Table: "intake_public", Key: c.ID})
}

// track keeps a code by which somebody finds a complaint again.
func track(ctx context.Context, tx *store.Tx, actor org.Actor, c *Complaint, code, part, event string, rows ...ledger.Row) error {
	digest := codeDigest(code)
	if _, err := tx.Exec(ctx, `INSERT INTO intake_trackings (digest, complaint, part, at) VALUES ($1,$2,$3,$4)`, digest, c.ID, part, store.At(c.UpdatedAt)); err != nil {
		return fmt.Errorf("keep a code: %w", err)
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: event, Subject: ref(c.ID), Actor: actor.Person, Unit: c.Unit, At: c.UpdatedAt,
		Body: map[string]any{"number": c.Number, "part": part}, Rows: append(rows, ledger.Row{Table: "intake_trackings", Key: digest})})
	return err
}

// reported checks what a citizen sent and makes a complaint of it.
func (s *Service) reported(in PublicReport, service PublicService, ground *area.Ground) (*Complaint, Contact, map[string][]string, error) {
	f := fault.New(fault.Invalid, "form")
	answers := service.answers(f, in.Answers)
	text := strings.TrimSpace(in.Text)
	if n := len([]rune(text)); n > MaxPublicText {
		f.With("description", "form.too_long", "max", MaxPublicText)
		text = clipped(text, MaxPublicText)
	}
	if text == "" && len(answers) == 0 {
		text = service.Name
	}
	if strings.TrimSpace(in.Address) == "" && in.Lon == nil && in.Lat == nil {
		f.With("address", "intake.no_place")
	}
	if where, other := place.Elsewhere(in.Address); other {
		f.With("address", "intake.other_city", "place", where)
	}
	contact := Contact{Email: line(f, "email", in.Contact.Email, maxEmail), Account: line(f, "account", in.Contact.Account, maxAccount), Device: line(f, "device", in.Contact.Device, maxAccount)}
	if contact.Email != "" && !isEmail(contact.Email) {
		f.With("email", "intake.email")
	}
	if media := strings.TrimSpace(in.MediaURL); media != "" && !isWebAddress(media) {
		f.With("media_url", "intake.media_url")
	}
	channel := Citizen
	r := Registration{Channel: channel, Kind: service.Kind, Category: service.Category, Content: strings.TrimSpace(text + service.told(answers)), Address: in.Address, Lon: in.Lon, Lat: in.Lat,
		Confidential: in.Confidential, Name: in.Contact.Name, Phone: in.Contact.Phone}
	c, who, err := r.complaint(s.now(), maxImportedText, ground.District)
	contact.Name, contact.Phone, contact.Said = who.Name, who.Phone, who.Said
	var wrong *fault.Error
	if errors.As(err, &wrong) {
		f.Fields = append(f.Fields, wrong.Fields...)
	} else if err != nil {
		return nil, Contact{}, nil, err
	}
	return c, contact, answers, f.OrNil()
}

// reportedBefore is what came of a complaint that was sent before.
func (s *Service) reportedBefore(ctx context.Context, key string, service PublicService) (*Reported, error) {
	out := &Reported{Service: service, Code: s.trackingCode(key), Repeated: true}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var token *string
		err := tx.QueryRow(ctx, `SELECT c.id, c.number, p.public_id, p.token FROM intake_complaints c JOIN intake_public p ON p.complaint = c.id WHERE c.source_key = $1`, key).
			Scan(&out.Complaint, &out.Number, &out.PublicID, &token)
		if token != nil {
			out.Token = *token
		}
		return store.Found(err, "intake.not_found")
	})
	return out, err
}

// codeSigns are the signs of codes: none is taken for another when it is read out or copied by hand.
const codeSigns = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// publicCode is a code of n random signs, five bits each.
func publicCode(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return signs(b)
}

func signs(b []byte) string {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = codeSigns[b[i]&31]
	}
	return string(out)
}

// trackingCode is the code by which a citizen finds his complaint again: 80 bits. What is sent again gets the same one,
// which nobody without our secret can compute from what was sent.
func (s *Service) trackingCode(key string) string {
	if key == "" {
		return publicCode(16)
	}
	mac := hmac.New(sha256.New, s.phoneKey)
	mac.Write([]byte("tracking " + key))
	return signs(mac.Sum(nil)[:16])
}

// ReadableCode writes a tracking code in groups of four.
func ReadableCode(code string) string {
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), "-")
}

// bareCode is a code as it was made, however it was typed.
func bareCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if strings.ContainsRune(codeSigns, r) {
			return r
		}
		return -1
	}, halfWidth(clipped(typed, 60)))
}

// halfWidth writes the letters and digits of a Chinese keyboard as those of ASCII.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

func codeDigest(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

var emailForm = regexp.MustCompile(`^[^@\s<>"]+@[^@\s<>"]+\.[^@\s<>".]+$`)

func isEmail(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil && emailForm.MatchString(s)
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxMediaURL && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}
