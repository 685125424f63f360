#include "jobs/key_change.hpp"

#include "jobs/key_events.hpp"

#include <algorithm>
#include <utility>

namespace rookery::jobs {

using crypto::KeyState;

Result<std::uint32_t> KeyChange::next_version(Unused unused) const {
    const auto view = vault_.view();
    std::uint32_t newest = 0;
    bool waits = false;
    for (const auto& entry : view.keys().keyring.entries()) {
        if (entry.purpose != purpose_) continue;
        newest = entry.version;
        waits = entry.state == KeyState::pre_active;
    }
    if (waits && unused == Unused::welcome) return newest;
    if (newest == UINT32_MAX) return fail(Errc::out_of_range, "no key version is left");
    return newest + 1;
}

Result<void> KeyChange::activate(
    std::uint32_t version, KeyState predecessor, std::vector<audit::Event> more
) {
    const auto view = vault_.view();
    const auto& entries = view.keys().keyring.entries();
    const auto* known = view.keys().keyring.entry(purpose_, version);
    if (known == nullptr) {
        ROOKERY_CHECK(change(
            [&](const crypto::Keyring& ring) {
                return ring.with_new_key(purpose_, vault_.random(), vault_.clock().now());
            },
            {event(audit::Action::key_create, version)}
        ));
    } else if (known->state != KeyState::pre_active) {
        return {};  // it was cut off after this
    }
    const auto before = std::ranges::find_if(entries, [&](const crypto::KeyEntry& entry) {
        return entry.purpose == purpose_ && entry.state == KeyState::active;
    });
    const auto gone = predecessor == KeyState::compromised ? audit::Action::key_compromised
                                                           : audit::Action::key_retire;
    std::vector<audit::Event> events{
        event(audit::Action::key_activate, version), event(gone, before->version)};
    for (auto& one : more) events.push_back(std::move(one));
    return change(
        [&](const crypto::Keyring& ring) {
            return ring.with_active(purpose_, version, vault_.clock().now(), predecessor);
        },
        events
    );
}

Result<void> KeyChange::move_to(std::uint32_t version, KeyState state, audit::Action action) {
    const auto view = vault_.view();
    const auto* known = view.keys().keyring.entry(purpose_, version);
    if (known == nullptr || known->state == KeyState::active || known->state >= state) return {};
    return change(
        [&](const crypto::Keyring& ring) {
            return ring.with_state(purpose_, version, state, vault_.clock().now());
        },
        {event(action, version)}
    );
}

audit::Event KeyChange::event(audit::Action action, std::uint32_t version) const {
    return key_event(vault_, caller_, action, purpose_, version);
}

Result<void> KeyChange::change(
    const messages::KeyringChange& change, const std::vector<audit::Event>& events
) {
    log_entries_ += 2 * events.size();  // as intent first
    return vault_.change_keyring(change, events);
}

}  // namespace rookery::jobs
