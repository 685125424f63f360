#include "vault/drill.hpp"

#include "crypto/keyring.hpp"
#include "vault/sealed_log.hpp"
#include "vault/slot_change.hpp"

#include <algorithm>

namespace rookery::messages {

Result<Drill> Drill::begin(const std::filesystem::path& data) {
    ROOKERY_TRY(auto directory, DataDirectory::open_to_look(data));
    ROOKERY_TRY(auto slots, read_slots(directory));
    ROOKERY_TRY(auto keyring, directory.read_keyring());
    return Drill(std::move(directory), std::move(slots), std::move(keyring));
}

Result<DrillResult> Drill::try_way(const crypto::SlotOffer& offer) const {
    const auto& vault = directory_.identity().id;
    ROOKERY_TRY(const auto root, slots_.open(offer, root_generation_of(directory_)));
    const auto keyring = crypto::Keyring::open(keyring_, root.key, root.generation, vault, 1);
    if (!keyring) return fail(in_file("keyring", keyring.error()));
    ROOKERY_CHECK(slots_.check(*keyring));
    const auto slot = std::ranges::find(slots_.slots(), root.slot, &crypto::Slot::id);
    return DrillResult{root.slot, slot->label, root.generation, keyring->epoch()};
}

}  // namespace rookery::messages
