// How the operator names what opens a vault: the options of commands that hold the data directory
// themselves, and the configuration's [unseal]. What there is to name is the table of slot kinds.
#pragma once

#include "base/result.hpp"
#include "cli/options/command_line.hpp"
#include "crypto/slot_kinds.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rookery::cli {

enum class OfferFor : std::uint8_t {
    opening,  // at most one
    making,   // a slot for each kind that is named
};

/// One option of one kind, and what the operator gave for it.
struct OfferOption {
    const crypto::SlotKind* kind;
    const crypto::SlotOption* option;
    std::string text;    // a path, or the name of a credential
    bool asked = false;  // Form::prompt

    [[nodiscard]] bool given() const { return asked || !text.empty(); }
};

struct UnsealingOptions {
    explicit UnsealingOptions(OfferFor purpose = OfferFor::opening);

    OfferFor purpose;
    std::vector<OfferOption> all;  // of every kind, in the table's order; stays where it is
};

/// --key-file, --passphrase-file, --credential, --passphrase and what else the kinds name.
void add_unsealing_options(Command command, UnsealingOptions& options);

[[nodiscard]] bool any_given(const UnsealingOptions& options);

/// Without any of them it asks on the terminal. Errc::usage, and those of read_secret_file.
[[nodiscard]] Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options);

/// Something that is offered and lies in a place that should not be the data's.
struct OfferPlace {
    const crypto::SlotKind* kind;
    const crypto::SlotOption* option;
    std::filesystem::path path;
};

[[nodiscard]] std::vector<OfferPlace> places_of(const UnsealingOptions& options);

/// What is wrong with these places, for people.
[[nodiscard]] std::vector<std::string> place_warnings(
    const UnsealingOptions& options, const std::filesystem::path& data
);

}  // namespace rookery::cli
