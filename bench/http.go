package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"jiexu/org"
)

// visitor is somebody who is signed in, over HTTP.
type visitor struct {
	client *http.Client
	base   string
	csrf   string // what its pages send with every command
}

// signIn signs a person of the demonstration in.
func signIn(ctx context.Context, client *http.Client, base, login string) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	v := &visitor{client: &http.Client{Transport: client.Transport, Jar: jar, Timeout: client.Timeout}, base: base}
	body, err := json.Marshal(map[string]string{"login": login, "password": org.DemoPassword})
	if err != nil {
		return nil, err
	}
	answer, err := v.do(ctx, http.MethodPost, "/api/v1/session", body)
	if err != nil {
		return nil, err
	}
	var session struct{ CSRF string }
	err = json.Unmarshal(answer, &session)
	v.csrf = session.CSRF
	return v, err
}

// get fetches a page.
func (v *visitor) get(ctx context.Context, path string) error {
	_, err := v.do(ctx, http.MethodGet, path, nil)
	return err
}

// documents lists the paths of all documents of all cases.
func (v *visitor) documents(ctx context.Context) (paths []string, err error) {
	var list struct{ Items []struct{ ID string } }
	if err := v.read(ctx, "/api/v1/cases", &list); err != nil {
		return nil, err
	}
	for _, c := range list.Items {
		path := "/api/v1/cases/" + c.ID
		var one struct{ Documents []struct{ ID string } }
		if err := v.read(ctx, path, &one); err != nil {
			return nil, err
		}
		for _, d := range one.Documents {
			paths = append(paths, path+"/documents/"+d.ID+".pdf")
		}
	}
	if len(paths) == 0 {
		err = fmt.Errorf("the demonstration has no documents")
	}
	return paths, err
}

func (v *visitor) read(ctx context.Context, path string, into any) error {
	answer, err := v.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

func (v *visitor) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if v.csrf != "" {
		req.Header.Set("X-CSRF-Token", v.csrf)
	}
	res, err := v.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s %s", method, path, res.Status, answer)
	}
	return answer, err
}

// handled carries requests straight to a handler, without a network between.
type handled struct{ http.Handler }

// RoundTrip lets the handler answer.
func (h handled) RoundTrip(req *http.Request) (*http.Response, error) {
	req.RemoteAddr, req.RequestURI = "127.0.0.1:1", req.URL.RequestURI()
	w := &answer{head: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, req)
	return &http.Response{Status: http.StatusText(w.status), StatusCode: w.status, Header: w.head, Body: body{bytes.NewReader(w.body.Bytes())}, Request: req}, nil
}

// answer keeps what a handler writes.
type answer struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's header.
func (a *answer) Header() http.Header { return a.head }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

type body struct{ *bytes.Reader }

// Close has nothing to close.
func (body) Close() error { return nil }

// http measures the same readings through the whole server: session, permission, JSON. There is no
// bare side; they are for information.
func (r *run) http(ctx context.Context) error {
	v, err := signIn(ctx, &http.Client{Transport: handled{r.Server().Handler()}}, "http://bench", "head")
	if err != nil {
		return err
	}
	complaints, err := r.ids(ctx, `SELECT complaint FROM intake_steps GROUP BY complaint ORDER BY count(*) DESC, complaint DESC LIMIT 60`)
	if err != nil {
		return err
	}
	cases, err := r.ids(ctx, `SELECT case_id FROM casework_steps GROUP BY case_id ORDER BY count(*) DESC, case_id LIMIT 60`)
	if err != nil {
		return err
	}
	for _, page := range []struct {
		name string
		path func(i int) string
	}{
		{"http.list", func(int) string { return "/api/v1/complaints?limit=50" }},
		{"http.search", func(int) string { return "/api/v1/complaints?limit=50&q=" + url.QueryEscape("油烟") }},
		{"http.complaint", func(i int) string { return "/api/v1/complaints/" + complaints[i%len(complaints)] }},
		{"http.case", func(i int) string { return "/api/v1/cases/" + cases[i%len(cases)] }},
		{"http.work", func(int) string { return "/api/v1/work" }},
	} {
		var watch stopwatch
		for i := range r.reads() {
			if err := watch.time(func() error { return v.get(ctx, page.path(i)) }); err != nil {
				return err
			}
		}
		r.add(figure(page.name, "", 1, watch, nil))
	}
	return nil
}
