// Command areas makes the derived files of data/jingan:
//
//	areas.demo.geojson   14 approximate areas, from the outline and sites.csv
//	places.csv           known places with address and position, from a table of places (-places)
//	base.geojson         the map's ground, from lines and stations (-transport)
//
// Run it from the root of the repository: go run ./tools/areas [-places FILE] [-transport FILE].
// Without a source its files are left as they are. A test fails when a file is stale.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"jiexu/place"
)

//go:generate go run . -folder ../../data/jingan

func main() {
	folder := flag.String("folder", "data/jingan", "where the sources that ship lie and the derived files go")
	places := flag.String("places", "", "CSV of places: name, address, district, type, lat, lon")
	transport := flag.String("transport", "", "GeoJSON of lines and stations")
	flag.Parse()
	if err := run(*folder, *places, *transport); err != nil {
		fmt.Fprintln(os.Stderr, "areas:", err)
		os.Exit(1)
	}
}

func run(folder, places, transport string) error {
	files, err := derive(folder, places, transport)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Printf("%s: %d bytes\n", name, len(files[name]))
		if err := os.WriteFile(filepath.Join(folder, name), files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// derive makes the files whose sources are given, by name.
func derive(folder, places, transport string) (map[string][]byte, error) {
	files := map[string][]byte{}
	if places != "" {
		var err error
		if files["places.csv"], err = placeTable(places); err != nil {
			return nil, err
		}
	}
	var err error
	if transport != "" {
		if files["base.geojson"], err = baseMap(folder, transport); err != nil {
			return nil, err
		}
	}
	files["areas.demo.geojson"], err = demoAreas(folder)
	return files, err
}

// demoAreas draws the demonstration's areas.
func demoAreas(folder string) ([]byte, error) {
	district, err := place.LoadDistrict(os.DirFS(filepath.Dir(folder)))
	if err != nil {
		return nil, err
	}
	streets, err := table(filepath.Join(folder, "streets_310106.csv"))
	if err != nil {
		return nil, err
	}
	rows, err := table(filepath.Join(folder, "sites.csv"))
	if err != nil {
		return nil, err
	}
	var sites []site
	for _, row := range rows {
		p, err := position(row["lon"], row["lat"])
		if err != nil {
			return nil, fmt.Errorf("sites.csv: %s: %w", row["street"], err)
		}
		sites = append(sites, site{row["street"], p})
	}
	shapes, err := partition(district.Outline().Geometry[0][0], sites)
	if err != nil {
		return nil, err
	}
	var areas []place.Area
	for _, street := range streets {
		shape, ok := shapes[street["name"]]
		if !ok {
			return nil, fmt.Errorf("sites.csv has no site of %s", street["name"])
		}
		kind := "street"
		if code := street["code"]; code[6] == '1' { // division codes from 100 on are towns
			kind = "town"
		}
		areas = append(areas, place.Area{Code: street["code"], Name: street["name"], Kind: kind, Approximate: true, Geometry: shape})
	}
	return place.MarshalAreas(areas, map[string]any{
		"note": "示意：由街道中心点与已知地址近似绘制，并非行政边界。Approximate, drawn from known addresses; not the administrative borders.",
	})
}

// table reads a CSV file with a header into rows by column name.
func table(name string) ([]map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	header = slices.Clone(header)
	var rows []map[string]string
	for {
		record, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		row := make(map[string]string, len(header))
		for i, column := range header {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
}

func position(lon, lat string) (orb.Point, error) {
	x, err := strconv.ParseFloat(lon, 64)
	if err != nil {
		return orb.Point{}, err
	}
	y, err := strconv.ParseFloat(lat, 64)
	return orb.Point{x, y}, err
}
