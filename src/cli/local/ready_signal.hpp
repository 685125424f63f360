// How a server says that it serves: a line on a descriptor for whoever started it and waits, and sd_notify for the
// service manager (Type=notify, sd_notify(3)).
#pragma once

#include "base/result.hpp"
#include "cli/options/command_line.hpp"

#include <string>
#include <string_view>

namespace rookery::cli {

/// --ready-fd into `descriptor`, which must outlive the parsing.
void add_ready_option(Command command, std::string& descriptor);

class ReadySignal {
 public:
    /// `descriptor`: the number of one that is open for writing, not 0 to 2; empty: none. Takes it. Errc::usage.
    [[nodiscard]] static Result<ReadySignal> open(std::string_view descriptor);

    ReadySignal(ReadySignal&& other) noexcept;
    ReadySignal& operator=(ReadySignal&&) = delete;
    /// Closes the descriptor, so that nobody waits for a server that did not start.
    ~ReadySignal();

    /// Requests are answered at `url`: the URL and a line end, then the descriptor is closed. Errc::io when nobody
    /// reads it any more, which is no reason not to serve.
    [[nodiscard]] Result<void> ready(std::string_view url);
    /// The end has begun.
    static void stopping();

 private:
    explicit ReadySignal(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;  // -1: none
};

}  // namespace rookery::cli
