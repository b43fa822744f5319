package main

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// placeTable takes from a table of places what the gazetteer needs: the name, the address, the
// district and the position; without the kind, and with an empty address where the table says [].
func placeTable(places string) ([]byte, error) {
	rows, err := table(places)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"name", "address", "district", "lon", "lat"})
	for _, row := range rows {
		if _, err := position(row["lon"], row["lat"]); err != nil {
			return nil, err
		}
		w.Write([]string{row["name"], strings.TrimSuffix(row["address"], "[]"), row["district"], row["lon"], row["lat"]})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
