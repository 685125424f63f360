#include "vault/slot_change.hpp"

#include "audit/slot_events.hpp"
#include "base/bytes.hpp"
#include "vault/note_event.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

audit::SlotNote note_of(const crypto::Slot& slot) {
    return {slot.id, std::string(slot.kind->name), slot.label};
}

Result<void> write_keyring(
    const DataDirectory& directory, const crypto::Keyring& keyring, const crypto::OpenedRoot& root,
    Random& random
) {
    return directory.write_keyring(keyring.seal(root.key, root.generation, random));
}

}  // namespace

std::optional<std::uint32_t> root_generation_of(const DataDirectory& directory) {
    const auto file = directory.read_keyring();
    if (!file) return std::nullopt;
    return root_generation_in(*file);
}

std::optional<std::uint32_t> root_generation_in(ByteView keyring_file) {
    // The epoch, then a sealed object, whose head names the version of what seals it.
    ByteReader in(keyring_file);
    in.u64();
    in.u32();
    const auto generation = in.u32();
    if (!in.ok()) return std::nullopt;
    return generation;
}

Result<std::optional<audit::Event>> finish_slot_change(
    const DataDirectory& directory, crypto::RootSlots& slots, const crypto::OpenedRoot& root,
    crypto::Keyring& keyring, Random& random, Instant now
) {
    ROOKERY_TRY(const auto set, slots.check(keyring));
    if (set == crypto::RootSlots::Set::next) {
        keyring = keyring.with_next_slot_set();
        ROOKERY_CHECK(write_keyring(directory, keyring, root, random));
    }
    const bool in_force = std::ranges::all_of(slots.slots(), [&](const crypto::Slot& slot) {
        return slot.root_generation <= root.generation;
    });
    if (!slots.drop_other_generations(root.generation)) return std::nullopt;
    ROOKERY_CHECK(directory.write_slots(slots.serialise(keyring, keyring.slot_set() + 1)));
    keyring = keyring.with_next_slot_set();
    ROOKERY_CHECK(write_keyring(directory, keyring, root, random));
    return audit::root_rekey_event(
        in_force ? audit::Outcome::success : audit::Outcome::failed,
        root.generation,
        keyring.slot_set(),
        directory.identity().origin,
        now
    );
}

std::vector<KnownSlot> known_slots(const std::vector<crypto::Slot>& slots, std::uint16_t opened) {
    std::vector<KnownSlot> out;
    for (const auto& slot : slots) {
        out.push_back(
            {slot.id,
             std::string(slot.kind->name),
             slot.label,
             slot.kind->describe(slot.params),
             slot.created,
             slot.root_generation,
             slot.id == opened}
        );
    }
    return out;
}

Result<DrillResult> try_way_in(const Vault& vault, const crypto::SlotOffer& offer) {
    const auto& directory = vault.parts().directory;
    ROOKERY_TRY(auto drill, Drill::of(directory, vault.id()));
    return drill.try_way(offer);
}

Result<SlotChange> SlotChange::begin(
    Vault& vault, const Unsealing& unsealing, Step after_file, Note note
) {
    const auto& directory = vault.parts().directory;
    ROOKERY_TRY(const auto file, directory.read_slots());
    ROOKERY_TRY(auto slots, crypto::RootSlots::parse(file, vault.id()));
    // Before anything is added to them: the file lies where others may write, and what it holds now would be vouched for.
    ROOKERY_TRY(const auto set, slots.check(vault.view().keys().keyring));
    ROOKERY_TRY(auto root, slots.open(unsealing.offers));
    SlotChange out(
        vault, std::move(slots), std::move(root), std::move(after_file), std::move(note)
    );
    if (set == crypto::RootSlots::Set::next) ROOKERY_CHECK(out.finish_what_was_cut_off());
    return out;
}

/// An error came between the two files of a change, and the vault has stayed open since: as an opening would.
Result<void> SlotChange::finish_what_was_cut_off() {
    const std::lock_guard alone(vault_.parts().keyring_mutex);
    ROOKERY_TRY(auto keyring, write_next_keyring(vault_.view().keys().keyring, root_));
    ROOKERY_CHECK(vault_.adopt_keyring(std::move(keyring), root_));
    tell();
    return {};
}

void SlotChange::tell() const {
    const auto& parts = vault_.parts();
    parts.services.slots->set(known_slots(slots_.slots(), parts.opened_slot));
}

std::vector<std::uint16_t> SlotChange::opened_by(const crypto::SlotOffer& offer) const {
    return slots_.opened_by(offer);
}

std::uint64_t SlotChange::next_set() const { return vault_.view().keys().keyring.slot_set() + 1; }

Result<void> SlotChange::note(audit::Event event) {
    event.time = vault_.clock().now();
    return note_ ? note_(std::move(event)) : note_event(vault_, event);
}

Result<crypto::Keyring> SlotChange::write(
    const crypto::RootSlots& slots, const crypto::Keyring& before, const crypto::OpenedRoot& root
) {
    const auto& directory = vault_.parts().directory;
    const auto written = [&]() -> Result<void> {
        return after_file_ ? after_file_() : Result<void>{};
    };
    ROOKERY_CHECK(directory.write_slots(slots.serialise(before, before.slot_set() + 1)));
    ROOKERY_CHECK(written());
    ROOKERY_TRY(auto keyring, write_next_keyring(before, root));
    ROOKERY_CHECK(written());
    return keyring;
}

Result<crypto::Keyring> SlotChange::write_next_keyring(
    const crypto::Keyring& before, const crypto::OpenedRoot& root
) {
    constexpr auto kek = crypto::Purpose::record_kek;
    // Of the file and not of what is in use: leases are written within an epoch.
    auto keyring = before.with_next_slot_set().with_uses_reserved(
        kek, before.active<kek>().name.version, vault_.view().keys().uses->reserved()
    );
    ROOKERY_CHECK(write_keyring(vault_.parts().directory, keyring, root, vault_.random()));
    return keyring;
}

Result<void> SlotChange::carry_out(audit::Event event, crypto::RootSlots next) {
    const std::lock_guard alone(vault_.parts().keyring_mutex);
    event.outcome = audit::Outcome::intent;
    ROOKERY_CHECK(note(event));
    ROOKERY_TRY(auto keyring, write(next, vault_.view().keys().keyring, root_));
    slots_ = std::move(next);
    ROOKERY_CHECK(vault_.adopt_keyring(std::move(keyring), root_));
    tell();
    event.outcome = audit::Outcome::success;
    return note(std::move(event));
}

Result<std::uint16_t> SlotChange::add(const crypto::SlotOffer& offer, const std::string& label) {
    auto next = slots_;
    ROOKERY_TRY(
        const auto id,
        next.add(root_.key, root_.generation, offer, label, vault_.random(), vault_.clock().now())
    );
    auto event = audit::slot_event(
        audit::Action::slot_add,
        audit::Outcome::intent,
        note_of(next.slots().back()),
        next_set(),
        vault_.origin(),
        vault_.clock().now()
    );
    event.correlation = Uuid::random(vault_.random());
    ROOKERY_CHECK(carry_out(std::move(event), std::move(next)));
    return id;
}

Result<void> SlotChange::remove(std::uint16_t id) {
    auto next = slots_;
    const auto gone = std::ranges::find(slots_.slots(), id, &crypto::Slot::id);
    ROOKERY_CHECK(next.remove(id));
    auto event = audit::slot_event(
        audit::Action::slot_remove,
        audit::Outcome::intent,
        note_of(*gone),
        next_set(),
        vault_.origin(),
        vault_.clock().now()
    );
    event.correlation = Uuid::random(vault_.random());
    return carry_out(std::move(event), std::move(next));
}

Result<std::uint32_t> SlotChange::rekey(std::span<const NewWay> ways) {
    const std::lock_guard alone(vault_.parts().keyring_mutex);
    const auto now = vault_.clock().now();
    const crypto::OpenedRoot fresh{
        crypto::RootKey::random(vault_.random()), root_.generation + 1, 0};
    auto both = slots_;
    for (const auto& way : ways) {
        ROOKERY_CHECK(
            both.add(fresh.key, fresh.generation, *way.offer, way.label, vault_.random(), now)
        );
    }
    auto event = audit::root_rekey_event(
        audit::Outcome::intent, fresh.generation, next_set() + 1, vault_.origin(), now
    );
    event.correlation = Uuid::random(vault_.random());
    ROOKERY_CHECK(note(event));
    const auto view = vault_.view();
    ROOKERY_TRY(const auto under_both, write(both, view.keys().keyring, fresh));
    both.drop_other_generations(fresh.generation);
    ROOKERY_TRY(auto keyring, write(both, under_both, fresh));
    slots_ = std::move(both);
    ROOKERY_CHECK(vault_.adopt_keyring(std::move(keyring), fresh));
    tell();
    event.outcome = audit::Outcome::success;
    ROOKERY_CHECK(note(std::move(event)));
    return fresh.generation;
}

}  // namespace rookery::messages
