package evidence

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"jiexu/api"
	"jiexu/fault"
)

// tusCodes are our codes for what the protocol's library finds by itself; its own texts are for programmers, in English.
var tusCodes = map[string]string{
	"ERR_UNSUPPORTED_VERSION":         "evidence.tus_version",
	"ERR_MAX_SIZE_EXCEEDED":           "evidence.too_large",
	"ERR_UPLOAD_SIZE_EXCEEDED":        "evidence.tus_longer",
	"ERR_INVALID_CONTENT_TYPE":        "evidence.tus_type",
	"ERR_INVALID_UPLOAD_LENGTH":       "evidence.tus_length",
	"ERR_INVALID_UPLOAD_LENGTH_DEFER": "evidence.tus_length",
	"ERR_AMBIGUOUS_UPLOAD_LENGTH":     "evidence.tus_length",
	"ERR_INVALID_OFFSET":              "evidence.tus_offset",
	"ERR_MISMATCHED_OFFSET":           "evidence.tus_offset",
	"ERR_UPLOAD_NOT_FOUND":            "evidence.tus_unknown",
	"ERR_UPLOAD_LOCKED":               "evidence.upload_elsewhere",
	"ERR_LOCK_TIMEOUT":                "evidence.upload_elsewhere",
	"ERR_UPLOAD_INTERRUPTED":          "evidence.upload_elsewhere",
	"ERR_UPLOAD_NOT_FINISHED":         "evidence.tus_parts",
	"ERR_INVALID_CONCAT":              "evidence.tus_parts",
	"ERR_MODIFY_FINAL":                "evidence.tus_parts",
	"ERR_UPLOAD_STOPPED":              "evidence.tus_broken",
	"ERR_SERVER_SHUTDOWN":             "evidence.tus_broken",
	"ERR_UNEXPECTED_EOF":              "evidence.tus_broken",
	"ERR_READ_TIMEOUT":                "evidence.tus_broken",
	"ERR_CONNECTION_RESET":            "evidence.tus_broken",
	errChecksum:                       "evidence.tus_checksum",
}

// errChecksum is what we say through the library of a piece that differs from its checksum.
const errChecksum = "ERR_CHECKSUM_MISMATCH"

// tusFault is what the library's answer says, as a fault of ours. The library writes its code, a colon and a text.
func tusFault(status int, body string) *fault.Error {
	said, _, _ := strings.Cut(body, ":")
	code, known := tusCodes[strings.TrimSpace(said)]
	if !known {
		code = "evidence.tus_refused"
	}
	kind := fault.Invalid
	switch {
	case status == http.StatusNotFound:
		kind = fault.NotFound
	case status == http.StatusConflict, status == http.StatusLocked:
		kind = fault.Conflict
	case status == http.StatusRequestEntityTooLarge:
		kind = fault.TooLarge
	case status >= http.StatusInternalServerError:
		kind = fault.Unavailable
	}
	if code == "evidence.too_large" {
		return fault.New(kind, code, "mb", MaxUpload>>20)
	}
	return fault.New(kind, code)
}

// hold keeps an answer of the library back that is a text of its own, until it is known what it says.
func (w *tusWriter) hold(status int) bool {
	if status < http.StatusBadRequest || w.r.Method == http.MethodHead || strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
		return false
	}
	w.held = status
	return true
}

// Write passes bytes on; what the library says of a failure it says in the reader's language, with the status and the headers that the protocol asks for.
func (w *tusWriter) Write(b []byte) (int, error) {
	if w.held == 0 {
		return w.ResponseWriter.Write(b)
	}
	if err := w.release(string(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// release answers what was held back.
func (w *tusWriter) release(body string) error {
	if w.held == 0 {
		return nil
	}
	status := w.held
	w.held = 0
	if strings.HasPrefix(body, "ERR_UPLOAD_INTERRUPTED") { // a later request of the same sender took over: what he is told must be what clients go on after
		status = http.StatusConflict
	}
	p := *api.Explain(w.r.Context(), tusFault(status, body))
	p.Status = status
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.ResponseWriter.WriteHeader(status)
	_, err = w.ResponseWriter.Write(text)
	return err
}
