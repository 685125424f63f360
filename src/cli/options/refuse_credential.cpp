#include "cli/options/refuse_credential.hpp"

#include "cli/options/credential_shape.hpp"

#include <fmt/format.h>

namespace rookery::cli {

Result<void> refuse_credential(std::string_view value, std::string_view place, Takes takes) {
    const auto shape = shape_of(value, takes);
    if (shape.suspicion != Suspicion::certain) return {};
    return fail(
        Errc::usage,
        fmt::format("{} in {}: a secret does not belong there", shape.name, place),
        takes == Takes::private_file
            ? "put it into a file of mode 0600 and name the file. Others may have seen it by now: "
              "revoke it"
            : "secrets are read from files, never from arguments. Others may have seen it by now: "
              "revoke it"
    );
}

}  // namespace rookery::cli
