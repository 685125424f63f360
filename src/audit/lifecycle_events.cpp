#include "audit/lifecycle_events.hpp"

#include "base/integrity_failure.hpp"

#include <algorithm>

namespace rookery::audit {
namespace {

Event system_event(Action action, std::string node, Instant now) {
    Event event;
    event.time = now;
    event.node = std::move(node);
    event.action = action;
    event.actor = {ActorType::system, "SYSTEM", AuthMethod::internal, {}};
    return event;
}

Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }

template <class T>
const T* extra(const Event& event, std::string_view key) {
    const auto found = std::ranges::find(event.extras, key, [](const auto& e) -> std::string_view {
        return e.first;
    });
    return found == event.extras.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

Event genesis_event(const Genesis& genesis, std::string node, Instant now) {
    auto event = system_event(Action::genesis, std::move(node), now);
    event.extras = {
        {"kind", genesis.kind},
        {"vkey", genesis.verifier_key},
        {"vault", to_bytes(genesis.vault.view())},
        {"origin", genesis.origin},
    };
    return event;
}

Result<Genesis> parse_genesis(const Event& event) {
    const auto* vault = extra<Bytes>(event, "vault");
    const auto* origin = extra<std::string>(event, "origin");
    const auto* kind = extra<std::string>(event, "kind");
    const auto* key = extra<std::string>(event, "vkey");
    if (event.action != Action::genesis || vault == nullptr || vault->size() != 16 ||
        origin == nullptr || kind == nullptr || key == nullptr ||
        (*kind != production_kind && *kind != development_kind)) {
        return integrity_failure();
    }
    return Genesis{Uuid::from_bytes(*vault), *origin, *kind, *key};
}

Event log_open_event(
    const Uuid& boot, std::uint64_t size, const Digest& root, std::string node, Instant now
) {
    auto event = system_event(Action::log_open, std::move(node), now);
    event.extras = {
        {"boot", to_bytes(boot.view())},
        {"root", to_bytes(root)},
        {"size", size},
    };
    return event;
}

Result<LogOpen> parse_log_open(const Event& event) {
    const auto* size = extra<std::uint64_t>(event, "size");
    const auto* root = extra<Bytes>(event, "root");
    LogOpen out;
    if (event.action != Action::log_open || size == nullptr || root == nullptr ||
        root->size() != out.root.size()) {
        return integrity_failure();
    }
    out.size = *size;
    std::copy(root->begin(), root->end(), out.root.begin());
    return out;
}

Event unseal_attempt_event(bool success, std::string node, Instant now) {
    Event event;
    event.time = now;
    event.node = std::move(node);
    event.action = Action::unseal_attempt;
    event.outcome = success ? Outcome::success : Outcome::denied;
    event.reason = success ? Reason::none : Reason::bad_credential;
    event.actor.type = ActorType::system;
    event.actor.method = AuthMethod::internal;
    return event;
}

Event share_taken_event(std::string node, Instant now) {
    auto event = unseal_attempt_event(true, std::move(node), now);
    event.outcome = Outcome::intent;
    return event;
}

bool is_unseal_attempt(const Event& event) {
    auto expected =
        event.outcome == Outcome::intent
            ? share_taken_event(event.node, event.time)
            : unseal_attempt_event(event.outcome == Outcome::success, event.node, event.time);
    expected.id = event.id;
    expected.correlation = event.correlation;
    return event == expected;
}

Event format_change_event(std::uint64_t from, std::uint64_t to, std::string node, Instant now) {
    auto event = system_event(Action::format_change, std::move(node), now);
    event.extras = {{"to", to}, {"from", from}};
    return event;
}

Event new_index_event(std::uint64_t index, std::string node, Instant now) {
    auto event = system_event(Action::format_change, std::move(node), now);
    event.extras = {{"index", index}};
    return event;
}

Event keyring_found_event(std::uint64_t epoch, std::string node, Instant now) {
    auto event = system_event(Action::key_create, std::move(node), now);
    event.extras = {{"epoch", epoch}};
    return event;
}

Event backup_event(const BackupMade& made, std::string node, Instant now) {
    auto event = system_event(Action::backup, std::move(node), now);
    event.extras = {
        {"name", made.name},
        {"root", to_bytes(made.log_root)},
        {"size", made.log_size},
        {"bytes", made.bytes},
        {"files", made.files},
        {"backup", to_string(made.id)},
    };
    return event;
}

Event restore_event(
    const Uuid& backup, std::uint64_t log_size, Instant taken, std::string node, Instant now
) {
    auto event = system_event(Action::restore, std::move(node), now);
    event.extras = {
        {"size", log_size},
        {"taken", to_iso8601(taken)},
        {"backup", to_string(backup)},
    };
    return event;
}

Event log_close_event(const Uuid& boot, std::string node, Instant now) {
    auto event = system_event(Action::log_close, std::move(node), now);
    event.extras = {{"boot", to_bytes(boot.view())}};
    return event;
}

}  // namespace rookery::audit
