// A web server on the port that samovar.json names, and a client of the other servers beside it.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
)

func main() {
	listener, err := listen("8002")
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening")

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>Go</title><h1>Good day from Go</h1><p>You asked for %s.\n", r.URL.Path)
	})
	// Sends back what it gets, as it comes.
	http.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	})
	// Asks another server of this OS: /ask/8000/path
	http.HandleFunc("/ask/", func(w http.ResponseWriter, r *http.Request) {
		port, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/ask/"), "/")
		answer, err := client.Get("http://localhost:" + port + "/" + path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		fmt.Fprintf(w, "port %s says: ", port)
		io.Copy(w, answer.Body)
	})
	log.Fatal(http.Serve(listener, nil))
}

// The socket that the process was started with is descriptor 3; without one, a file opens it.
func listen(port string) (net.Listener, error) {
	descriptor := 3
	if os.Getenv("LISTEN_FDS") == "" {
		var err error
		if descriptor, err = open("/dev/tcp-listen/" + port); err != nil {
			return nil, err
		}
	}
	file, err := socket(descriptor)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return net.FileListener(file)
}

// Connections are files, too.
var client = http.Client{Transport: &http.Transport{
	DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		descriptor, err := open("/dev/tcp/" + host + "/" + port)
		if err != nil {
			return nil, err
		}
		file, err := socket(descriptor)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return net.FileConn(file)
	},
}}

func open(path string) (int, error) {
	descriptor, err := syscall.Open(path, syscall.O_RDWR, 0)
	if err != nil {
		return 0, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return descriptor, nil
}

// Not blocking, or who waits at it keeps all goroutines waiting. What os.OpenFile opens cannot become a connection (Go 1.23).
func socket(descriptor int) (*os.File, error) {
	if err := syscall.SetNonblock(descriptor, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(descriptor), "socket"), nil
}
