// Reads a web server's access.log, and leaves what was asked for, and how it went, in report.json.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

// Page is what the log says of one path.
type Page struct {
	Path   string `json:"path"`
	Hits   int    `json:"hits"`
	Failed int    `json:"failed"`
	Bytes  int64  `json:"bytes"`
}

// Report is what the log says in all.
type Report struct {
	Requests int         `json:"requests"`
	Clients  int         `json:"clients"`
	Status   map[int]int `json:"status"`
	Unread   int         `json:"unread"`
	Pages    []Page      `json:"pages"`
}

func main() {
	path := "access.log"
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	report, err := read(path)
	exitOn(err)
	for _, page := range report.Pages {
		fmt.Printf("%-12s %4d hits, %3d failed, %8d bytes\n", page.Path, page.Hits, page.Failed, page.Bytes)
	}
	text, err := json.MarshalIndent(report, "", "  ")
	exitOn(err)
	exitOn(os.WriteFile("report.json", append(text, '\n'), 0o666))
	fmt.Printf("%d requests of %d clients, %d lines not understood; written to report.json\n",
		report.Requests, report.Clients, report.Unread)
}

func read(path string) (*Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	report := &Report{Status: map[int]int{}}
	clients, pages := map[string]bool{}, map[string]*Page{}
	for lines := bufio.NewScanner(file); ; {
		if !lines.Scan() {
			err = lines.Err()
			break
		}
		client, asked, status, size, ok := parse(lines.Text())
		if !ok {
			report.Unread++
			continue
		}
		report.Requests++
		report.Status[status]++
		clients[client] = true
		page := pages[asked]
		if page == nil {
			page = &Page{Path: asked}
			pages[asked] = page
		}
		page.Hits++
		page.Bytes += size
		if status >= 400 {
			page.Failed++
		}
	}
	report.Clients = len(clients)
	for _, page := range pages {
		report.Pages = append(report.Pages, *page)
	}
	sort.Slice(report.Pages, func(i, j int) bool {
		a, b := report.Pages[i], report.Pages[j]
		return a.Hits > b.Hits || a.Hits == b.Hits && a.Path < b.Path
	})
	return report, err
}

// parse takes a line of the common log format apart: client, path, status, size.
func parse(line string) (client, path string, status int, size int64, ok bool) {
	parts := strings.Split(line, "\"")
	if len(parts) != 3 {
		return
	}
	client, _, _ = strings.Cut(parts[0], " ")
	request, end := strings.Fields(parts[1]), strings.Fields(parts[2])
	if len(request) != 3 || len(end) != 2 {
		return
	}
	status, err := strconv.Atoi(end[0])
	if err != nil {
		return
	}
	size, err = strconv.ParseInt(end[1], 10, 64)
	return client, request[1], status, size, err == nil
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
