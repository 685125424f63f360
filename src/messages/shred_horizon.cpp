#include "messages/shred_horizon.hpp"

#include "messages/destroy_key.hpp"

#include <algorithm>
#include <vector>

namespace rookery::messages {
namespace {

using crypto::KeyEntry;
using crypto::KeyState;

std::string outlook(const KeyEntry& key) {
    const auto name = "record KEK " + std::to_string(key.version);
    switch (key.state) {
        case KeyState::pre_active:
        case KeyState::active:
            return name + " is in use: rotate, then destroy it (rookery key rotate, key destroy)";
        case KeyState::decrypt_only:
        case KeyState::compromised:
            return name + " may be destroyed from " + to_iso8601(key.changed + key_retired_min) +
                   " on (rookery key destroy)";
        case KeyState::destroy_pending:
            return name + " may be destroyed for good from " +
                   to_iso8601(key.changed + key_pending_min) + " on (rookery key destroy)";
        case KeyState::destroyed:
            break;
    }
    return {};
}

}  // namespace

ShredHorizon shred_horizon(const crypto::Keyring& keyring, std::span<const std::uint32_t> keks) {
    ShredHorizon out;
    bool open = false;
    Instant last{};
    for (const auto& entry : keyring.entries()) {
        if (entry.purpose != crypto::Purpose::record_kek) continue;
        if (!keks.empty() && std::ranges::find(keks, entry.version) == keks.end()) continue;
        last = std::max(last, entry.changed);
        const auto line = outlook(entry);
        if (line.empty()) continue;
        if (open) out.text += "; ";
        open = true;
        out.text += line;
    }
    if (open) {
        out.text = "not scheduled: " + out.text +
                   "; then remove the keyring's backups of before. Until all of that is done, a "
                   "backup of the data from before the purge opens";
    } else {
        out.passed = last;
        out.text = "since " + to_iso8601(last) +
                   ", but for keyring files and backups of before: remove them";
    }
    return out;
}

}  // namespace rookery::messages
