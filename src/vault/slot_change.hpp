// Changes of the ways into a vault: slots come and go, and the root key is drawn anew.
//
// Each change of the set of slots is two files: the slots of the next number, then the keyring that names it. A new
// root key takes two such changes, so that at every moment the files on the disk open with something that
// exists:
//
//   1  slots n+1    those of both root keys      opens with the old ones: the keyring is the old root key's
//   2  keyring      sealed under the new one     opens with the new ones
//   3  slots n+2    those of the new one alone   opens with the new ones
//   4  keyring      names n+2
//
// Whatever cut a change off, the next opening finishes it: see finish_slot_change.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "crypto/keyring.hpp"
#include "crypto/root_slots.hpp"
#include "pipeline/slot_book.hpp"
#include "vault/data_directory.hpp"
#include "vault/drill.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rookery::messages {

/// Which root key the keyring's file is sealed under, as its head says; nothing when there is none to read.
/// Only its opening proves it.
[[nodiscard]] std::optional<std::uint32_t> root_generation_of(const DataDirectory& directory);
/// The same of the file's bytes.
[[nodiscard]] std::optional<std::uint32_t> root_generation_in(ByteView keyring_file);

/// At an opening: checks that the slots are the set that the keyring belongs to, and finishes a change that was cut
/// off. The keyring follows slots that are durable, and slots of another root key than the keyring's go: after a
/// new root key the old ones, before it the ones that were made for it. What became of a new root key is the event.
[[nodiscard]] Result<std::optional<audit::Event>> finish_slot_change(
    const DataDirectory& directory, crypto::RootSlots& slots, const crypto::OpenedRoot& root,
    crypto::Keyring& keyring, Random& random, Instant now
);

/// As they are told; `opened` is the one that the vault was opened with.
[[nodiscard]] std::vector<KnownSlot> known_slots(
    const std::vector<crypto::Slot>& slots, std::uint16_t opened
);

/// Whether the way would open this open vault from the files as they lie on the disk now; nothing is written. The errors of
/// Drill::try_way.
[[nodiscard]] Result<DrillResult> try_way_in(const Vault& vault, const crypto::SlotOffer& offer);

/// A slot of its own for a way in, when the root key is drawn anew.
struct NewWay {
    const crypto::SlotOffer* offer = nullptr;
    std::string label;
};

/// Changes of one open vault, one at a time. Others may use it meanwhile, but not change its slots.
class SlotChange {
 public:
    /// Called when a file of a change is durable; its error ends the change there.
    using Step = std::function<Result<void>()>;
    /// Puts what it is given on the log, durably; its error ends the change there.
    using Note = std::function<Result<void>(audit::Event)>;

    /// Opens the root key again, which an open vault does not keep, and finishes a change that an error has cut off. `note`: empty
    /// for entries by SYSTEM. The errors of RootSlots::open; Errc::integrity for slots that are not the vault's set any more.
    [[nodiscard]] static Result<SlotChange> begin(
        Vault& vault, const Unsealing& unsealing, Step after_file = {}, Note note = {}
    );

    /// Ascending by id.
    [[nodiscard]] const std::vector<crypto::Slot>& slots() const { return slots_.slots(); }

    /// The slot that the root key came from.
    [[nodiscard]] std::uint16_t opened_with() const { return root_.slot; }

    /// The ids of all slots that this opens.
    [[nodiscard]] std::vector<std::uint16_t> opened_by(const crypto::SlotOffer& offer) const;

    /// The new slot's id. The errors of RootSlots::add, of files, of the log.
    [[nodiscard]] Result<std::uint16_t> add(
        const crypto::SlotOffer& offer, const std::string& label
    );
    /// The errors of RootSlots::remove, of files, of the log.
    [[nodiscard]] Result<void> remove(std::uint16_t id);
    /// A new root key, which these ways open and no other. Its generation. Precondition: one way at least.
    [[nodiscard]] Result<std::uint32_t> rekey(std::span<const NewWay> ways);

 private:
    SlotChange(
        Vault& vault, crypto::RootSlots slots, crypto::OpenedRoot root, Step after_file, Note note
    )
        : vault_(vault),
          slots_(std::move(slots)),
          root_(std::move(root)),
          after_file_(std::move(after_file)),
          note_(std::move(note)) {}

    [[nodiscard]] Result<void> note(audit::Event event);
    /// `slots` with their keyring, which is sealed under `root`; it comes back.
    [[nodiscard]] Result<crypto::Keyring> write(
        const crypto::RootSlots& slots, const crypto::Keyring& before,
        const crypto::OpenedRoot& root
    );
    /// The keyring that follows the slots of the next number, durable.
    [[nodiscard]] Result<crypto::Keyring> write_next_keyring(
        const crypto::Keyring& before, const crypto::OpenedRoot& root
    );
    /// From the intent on the log to the outcome.
    [[nodiscard]] Result<void> carry_out(audit::Event event, crypto::RootSlots next);
    [[nodiscard]] Result<void> finish_what_was_cut_off();
    void tell() const;
    [[nodiscard]] std::uint64_t next_set() const;

    Vault& vault_;
    crypto::RootSlots slots_;
    crypto::OpenedRoot root_;
    Step after_file_;
    Note note_;
};

}  // namespace rookery::messages
