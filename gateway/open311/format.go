package open311

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
)

// The documents of the specification. In JSON a list is a list by itself (the Spark convention); in XML it is an element
// around its members.

type discovery struct {
	XMLName    xml.Name     `json:"-" xml:"discovery"`
	Changeset  string       `json:"changeset" xml:"changeset"`
	Contact    string       `json:"contact" xml:"contact"`
	KeyService string       `json:"key_service" xml:"key_service"`
	Endpoints  endpointList `json:"endpoints" xml:"endpoints>endpoint"`
}

type endpointList []endpoint

type endpoint struct {
	Specification string     `json:"specification" xml:"specification"`
	URL           string     `json:"url" xml:"url"`
	Changeset     string     `json:"changeset" xml:"changeset"`
	Type          string     `json:"type" xml:"type"`
	Formats       formatList `json:"formats" xml:"formats>format"`
}

type formatList []string

type serviceList []service

type service struct {
	Code        string `json:"service_code" xml:"service_code"`
	Name        string `json:"service_name" xml:"service_name"`
	Description string `json:"description" xml:"description"`
	Metadata    bool   `json:"metadata" xml:"metadata"`
	Type        string `json:"type" xml:"type"`
	Keywords    string `json:"keywords" xml:"keywords"`
	Group       string `json:"group" xml:"group"`
}

type definition struct {
	XMLName    xml.Name      `json:"-" xml:"service_definition"`
	Code       string        `json:"service_code" xml:"service_code"`
	Attributes attributeList `json:"attributes" xml:"attributes>attribute"`
}

type attributeList []attribute

type attribute struct {
	Variable    bool      `json:"variable" xml:"variable"`
	Code        string    `json:"code" xml:"code"`
	Datatype    string    `json:"datatype" xml:"datatype"`
	Required    bool      `json:"required" xml:"required"`
	Hint        string    `json:"datatype_description" xml:"datatype_description"`
	Order       int       `json:"order" xml:"order"`
	Description string    `json:"description" xml:"description"`
	Values      valueList `json:"values,omitempty" xml:"values>value,omitempty"`
}

type valueList []value

type value struct {
	Key  string `json:"key" xml:"key"`
	Name string `json:"name" xml:"name"`
}

type ticketList []ticket

// ticket is what comes back of a report, and of a token.
type ticket struct {
	ID      *string `json:"service_request_id,omitempty" xml:"service_request_id,omitempty"`
	Token   *string `json:"token,omitempty" xml:"token,omitempty"`
	Notice  string  `json:"service_notice,omitempty" xml:"service_notice,omitempty"`
	Account string  `json:"account_id,omitempty" xml:"account_id,omitempty"`
}

type requestList []request

type request struct {
	ID          string     `json:"service_request_id" xml:"service_request_id"`
	Status      string     `json:"status" xml:"status"`
	Notes       string     `json:"status_notes" xml:"status_notes"`
	ServiceName string     `json:"service_name" xml:"service_name"`
	ServiceCode string     `json:"service_code" xml:"service_code"`
	Description string     `json:"description" xml:"description"`
	Agency      string     `json:"agency_responsible" xml:"agency_responsible"`
	Notice      string     `json:"service_notice" xml:"service_notice"`
	Requested   *string    `json:"requested_datetime" xml:"requested_datetime"`
	Updated     *string    `json:"updated_datetime" xml:"updated_datetime"`
	Expected    *string    `json:"expected_datetime" xml:"expected_datetime"`
	Address     string     `json:"address" xml:"address"`
	AddressID   string     `json:"address_id" xml:"address_id"`
	Zip         string     `json:"zipcode" xml:"zipcode"`
	Lat         *float64   `json:"lat" xml:"lat"`
	Long        *float64   `json:"long" xml:"long"`
	Media       string     `json:"media_url" xml:"media_url"`
	Extended    *extension `json:"extended_attributes,omitempty" xml:"extended_attributes,omitempty"`
}

// extension is what is told beside the specification where extensions=true asks for it.
type extension struct {
	Channel    string     `json:"channel" xml:"channel"`
	Area       string     `json:"area" xml:"area"`
	State      string     `json:"state" xml:"state"`
	Followers  int        `json:"followers" xml:"followers"`
	Attributes answerList `json:"attributes" xml:"attributes>attribute"`
}

type answerList []answer

type answer struct {
	Label string `json:"label" xml:"label"`
	Name  string `json:"name" xml:"name"`
	Code  string `json:"code" xml:"code"`
	Value string `json:"value" xml:"value"`
}

type problemList []problem

// around names the element around the members of a list in XML, and each of them.
func around(v any) any {
	switch list := v.(type) {
	case serviceList:
		return struct {
			XMLName xml.Name    `xml:"services"`
			List    serviceList `xml:"service"`
		}{List: list}
	case ticketList:
		return struct {
			XMLName xml.Name   `xml:"service_requests"`
			List    ticketList `xml:"request"`
		}{List: list}
	case requestList:
		return struct {
			XMLName xml.Name    `xml:"service_requests"`
			List    requestList `xml:"request"`
		}{List: list}
	case problemList:
		return struct {
			XMLName xml.Name    `xml:"errors"`
			List    problemList `xml:"error"`
		}{List: list}
	}
	return v
}

// write writes an answer. The content types carry no charset: strict programs compare the header, and UTF-8 is both
// formats' own.
func write(w http.ResponseWriter, asJSON bool, status int, v any) {
	var body []byte
	var err error
	kind := "text/xml"
	if asJSON {
		kind = "application/json"
		body, err = json.Marshal(v)
	} else if body, err = xml.Marshal(around(v)); err == nil {
		body = append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), body...)
	}
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
