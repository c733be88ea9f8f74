// Shows what a process gets (arguments, environment, files, exit status) and gives something back.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

func main() {
	for i, argument := range os.Args {
		fmt.Printf("argv[%d]=%s\n", i, argument)
	}
	fmt.Printf("USER=%s\n", os.Getenv("USER"))

	greeting, err := os.ReadFile("greeting.txt")
	exitOn(err)
	os.Stdout.Write(greeting)

	line := fmt.Sprintf("greeting.txt: %d bytes, %d words\n", len(greeting), len(bytes.Fields(greeting)))
	exitOn(os.WriteFile("result.txt", []byte(line), 0o666))
	readBack, err := os.ReadFile("result.txt")
	exitOn(err)
	if string(readBack) != line {
		exitOn(fmt.Errorf("result.txt does not hold what was written to it"))
	}
	fmt.Printf("result.txt: %s", readBack)

	fmt.Fprintln(os.Stderr, "go-hello: a line on stderr")
	if len(os.Args) > 1 {
		// Like C's atoi: what is not a number is 0.
		status, _ := strconv.Atoi(os.Args[1])
		os.Exit(status)
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
