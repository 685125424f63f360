// What one kind of root key slot is: a row of the table in slot_kinds.hpp. All that is known of a kind
// stands in one source, both directions: what an operator may offer, how a slot is made of it and how
// one is opened with it.
//
// A kind turns what is offered into 32 bytes, the slot's secret; the params that stand in the slot say
// how. How that secret seals the root key, and the file of all slots, is root_slots.hpp's.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "crypto/keys.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::crypto {

/// How an operator names what he offers: NAME in the configuration's [unseal], --NAME of commands.
struct SlotOption {
    enum class Form : std::uint8_t {
        path,             // of a file that the kind reads itself
        credential_file,  // the same as a systemd credential, by its name
        secret_file,      // a private file with the secret as its one line
        secret_files,     // several of them, which are one offer; the name is in the plural
        credential,       // like secret_file as a systemd credential, by its name
        prompt,           // the secret is asked for on the terminal; not in the configuration
        prompts,          // several secrets are, until needs_more says that they suffice
        word,             // how a new slot is to be; goes together with other options of the kind
        new_folder,       // where the kind makes files, likewise
        pair,             // two others that are given with it are one offer
    };

    static constexpr std::size_t secrets_max = 16;  // Form::secret_files

    std::string_view name;  // words joined by underscores
    Form form;
    std::string_view about = {};  // help, where a vault is opened; empty: none is opened with it
    std::string_view about_new = {};  // help, where a slot is made; empty: none is made this way
    std::string_view ask = {};        // Form::prompt and prompts: what is asked, to open
    std::string_view ask_new = {};    // and to make a slot
    /// Form::prompts: of what was given so far. An error is about the last of them.
    Result<bool> (*needs_more)(std::span<const SecretBytes>) = nullptr;
    bool part = false;  // goes together with other options of its kind, whatever its form
};

/// What an operator gave for the options of one kind.
struct SlotGiven {
    std::filesystem::path path;        // Form::path, credential_file, new_folder
    std::string word;                  // Form::word; the name of a credential
    std::vector<SecretBytes> secrets;  // what was read or asked
};

/// How somebody brings what a kind needs to a running server: the members of a JSON object.
struct SlotMembers {
    enum class Form : std::uint8_t {
        text,   // the secret itself
        texts,  // several, which are one offer: a list
        key,    // the 32 bytes of a key file as 64 hex digits
    };

    std::string_view secret = {};  // empty: nothing of this kind can be brought
    Form form = Form::text;
    std::string_view word = {};  // text that says how a new slot is to be; empty: there is none
    bool word_alone = false;     // a new slot's secret is made by the server, and given out once
};

/// What somebody brought, by the kind's members.
struct SlotBrought {
    std::vector<SecretBytes> secrets;
    std::string word;
    std::filesystem::path token_module;  // of the server, never of who brings; empty: it has none
};

class SlotOffer;

struct SlotKind {
    std::uint8_t type;            // on the disk: never renumber
    std::string_view name;        // in messages and listings: "key file"
    std::string_view key_label;   // of the slot key: docs/formats/labels.md
    std::string_view wrong_hint;  // what to look at when an offer opens no slot
    std::span<const SlotOption> options;

    /// Whether a slot's params have this kind's form; their bounds are judged when it is opened.
    Result<void> (*check_params)(ByteView params);
    /// What they say, for people. Precondition: check_params accepts them.
    std::string (*describe)(ByteView params);
    /// What the options came to. Errc::usage for a word that says nothing, or one option without another.
    Result<std::unique_ptr<SlotOffer>> (*offer)(SlotGiven given);

    SlotMembers members = {};
    /// What the members came to. Errc::invalid_argument for what could be no slot's, unsupported where the server lacks what
    /// it takes. Null: nothing of this kind can be brought.
    Result<std::unique_ptr<SlotOffer>> (*bring)(SlotBrought brought) = nullptr;
};

/// What an operator offers: to open a vault with, or to make a slot of. One thread at a time.
class SlotOffer {
 public:
    virtual ~SlotOffer() = default;

    [[nodiscard]] virtual const SlotKind& kind() const = 0;
    /// What a slot made of it is called.
    [[nodiscard]] virtual std::string label() const = 0;

    /// Where it lies, if it should not lie beside the data.
    [[nodiscard]] virtual std::filesystem::path place() const { return {}; }

    /// Makes what is named and not there yet. A second call does nothing.
    [[nodiscard]] virtual Result<void> prepare(Random&) const { return {}; }

    /// Params of a new slot. Errc::invalid_argument or out_of_range for what makes no good slot.
    [[nodiscard]] virtual Result<Bytes> new_params(Random& random) const = 0;

    /// A slot's secret by its vault and its params. Errc::invalid_argument: this could be no slot's.
    using SecretOf = std::function<Result<SlotSecret>(const Uuid& vault, ByteView params)>;

    /// What it has made for people to keep, and keeps nowhere itself: to be given out once.
    [[nodiscard]] virtual std::vector<SecretBytes> made() const { return {}; }

    /// Once for all slots that are then sealed or tried: a file is read here. The offer outlives it.
    [[nodiscard]] virtual Result<SecretOf> read() const = 0;
};

using SlotOffers = std::vector<std::unique_ptr<SlotOffer>>;

}  // namespace rookery::crypto
