// How the operator names what opens a vault: the options of commands that hold the data directory
// themselves, and the configuration's [unseal]. What there is to name is the table of slot kinds.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "cli/options/command_line.hpp"
#include "crypto/brought_way.hpp"
#include "crypto/slot_kinds.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rookery::cli {

enum class OfferFor : std::uint8_t {
    opening,  // at most one
    trying,   // any number, each by itself
    making,   // a slot for each kind that is named
    adding,   // to a vault that is opened by the same command: --new-key-file; any number
};

/// One option of one kind, and what the operator gave for it.
struct OfferOption {
    const crypto::SlotKind* kind;
    const crypto::SlotOption* option;
    // A path, a word or the name of a credential; by which of the two the option is given
    std::string text;
    std::vector<std::string> texts;
    bool asked = false;  // Form::prompt and prompts

    [[nodiscard]] bool given() const { return asked || !text.empty() || !texts.empty(); }

    [[nodiscard]] std::vector<std::string> values() const;
};

struct UnsealingOptions {
    explicit UnsealingOptions(OfferFor purpose = OfferFor::opening);

    OfferFor purpose;
    std::vector<OfferOption> all;  // of every kind, in the table's order; stays where it is
};

/// --key-file, --passphrase-file, --credential, --passphrase and what else the kinds name.
void add_unsealing_options(Command command, UnsealingOptions& options);

[[nodiscard]] bool any_given(const UnsealingOptions& options);
/// Whether the two ways that are given are to be one.
[[nodiscard]] bool is_pair(const UnsealingOptions& options);

/// Without any of them it asks on the terminal, but for OfferFor::adding, which then has none. Errc::usage,
/// and those of read_secret_file.
[[nodiscard]] Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options);

/// A way that is sent to a running server, which makes an offer of it.
struct BroughtOffer {
    crypto::BroughtWay way;
    std::string label;  // what a new slot of it is called; empty: as the server calls it
    std::filesystem::path made_to;  // folder for what the server makes and gives out
};

/// The same as resolve_unsealing for a vault that is another process's: what lies in files here is read, and a new key file made.
/// Errc::usage for what cannot be brought, and for a secret that is no UTF-8.
[[nodiscard]] Result<std::vector<BroughtOffer>> resolve_brought(
    const UnsealingOptions& options, Random& random
);
/// Of which there has to be one.
[[nodiscard]] Result<BroughtOffer> resolve_one_brought(
    const UnsealingOptions& options, Random& random
);

/// Something that is offered and lies in a place that should not be the data's.
struct OfferPlace {
    const crypto::SlotKind* kind;
    const crypto::SlotOption* option;
    std::filesystem::path path;
};

[[nodiscard]] std::vector<OfferPlace> places_of(const UnsealingOptions& options);

/// Errc::usage when one of them lies in the data directory.
[[nodiscard]] Result<void> check_places(
    const UnsealingOptions& options, const std::filesystem::path& data
);

/// What is wrong with these places, for people.
[[nodiscard]] std::vector<std::string> place_warnings(
    const UnsealingOptions& options, const std::filesystem::path& data
);

}  // namespace rookery::cli
