// What belongs in an option or a position, as a word of the help: `--token-file PRIVATE-FILE`.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::cli {

enum class Takes : std::uint8_t {
    text,          // anything a person would call something
    word,          // one of a few
    number,        // a whole number
    time,          // a time, or a length of it
    user,          // id, domain name or full name
    id,            // a GUID, a unique handle id, a fingerprint, a job
    url,           // of a server
    address,       // to listen on, or of a host
    key,           // the verifier key of a log
    file,          // one that is read, and no secret
    private_file,  // one that holds a secret
    new_file,      // one that is made
    directory,     // a vault's
};

[[nodiscard]] std::string_view label_of(Takes takes);

/// The row whose label a help's type begins with ("WORD:{…}"); Takes::text for none.
[[nodiscard]] Takes takes_of_label(std::string_view type_name);

[[nodiscard]] bool is_path(Takes takes);

}  // namespace rookery::cli
