#include "vault/slot_acts.hpp"

#include "audit/prepared_event.hpp"
#include "audit/slot_events.hpp"
#include "pipeline/reply.hpp"
#include "vault/slot_change.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace rookery::messages {
namespace {

/// How a failure stands on the log and on the wire.
struct SlotFailure {
    audit::Outcome outcome;
    audit::Reason reason;
    Errc told;
};

/// What an operator reads in his own log is told here too: it is him who asks.
SlotFailure failure_of(Errc code) {
    using enum Errc;
    switch (code) {
        case wrong_secret:
            return {audit::Outcome::denied, audit::Reason::bad_credential, access_denied};
        case rate_limited:
            return {audit::Outcome::denied, audit::Reason::rate_limited, rate_limited};
        case not_found:
            return {audit::Outcome::failed, audit::Reason::not_found, not_found};
        case duplicate_key:
            return {audit::Outcome::failed, audit::Reason::version_conflict, duplicate_key};
        case integrity:
            return {audit::Outcome::failed, audit::Reason::tag, integrity};
        case usage:
            return {audit::Outcome::failed, audit::Reason::malformed, invalid_argument};
        case io:
        case in_use:
        case bad_permissions:
        case newer_format:
        case cancelled:
        case unavailable:
        case no_space:
            return {audit::Outcome::failed, audit::Reason::internal, unavailable};
        case internal:
            return {audit::Outcome::failed, audit::Reason::internal, internal};
        default:
            return {audit::Outcome::failed, audit::Reason::malformed, code};
    }
}

/// A vault that has no slot of the kind says so as one whose slots are of another secret.
Error as_wrong(Error error) {
    if (error.code == Errc::not_found) error.code = Errc::wrong_secret;
    return error;
}

class SlotActing {
 public:
    SlotActing(Vault& vault, SlotActAsked asked) : vault_(vault), asked_(std::move(asked)) {}

    ledger::CommitResult run() {
        auto reply = act();
        if (reply) return commit(std::move(done_), std::move(*reply));
        auto error = std::move(reply).error();
        const auto told = failure_of(error.code);
        auto event = entry(asked_.act.action, told.outcome);
        event.reason = told.reason;
        event.extras = {{"error", std::string(info(error.code).name)}};
        error.code = told.told;
        if (is_under_way_) {
            error.message +=
                ". What was begun may be on the disk, and is finished by the next change or "
                "opening";
        }
        return commit(std::move(event), ErrorReply{std::move(error)});
    }

 private:
    Result<SlotActReply> act() {
        const auto& parts = vault_.parts();
        ROOKERY_TRY(const auto turn, parts.slot_turn.take(parts.options.monotonic()));
        ROOKERY_TRY(const auto opens, unsealing_of(*asked_.act.opens));
        if (asked_.act.action == audit::Action::slot_test) return test(opens);
        // Before the way that there is, which may take seconds.
        std::unique_ptr<crypto::SlotOffer> fresh;
        if (asked_.act.fresh) {
            ROOKERY_TRY(fresh, offer(*asked_.act.fresh));
        }
        auto begun = SlotChange::begin(vault_, opens, {}, [this](audit::Event event) {
            return note(std::move(event));
        });
        if (!begun) return fail(as_wrong(std::move(begun).error()));
        return fresh ? add(*begun, *fresh) : remove(*begun);
    }

    Result<std::unique_ptr<crypto::SlotOffer>> offer(crypto::BroughtWay& way) const {
        return crypto::offer_of(std::move(way), vault_.parts().options.token_module);
    }

    Result<Unsealing> unsealing_of(crypto::BroughtWay& way) const {
        ROOKERY_TRY(auto made, offer(way));
        return Unsealing(std::move(made));
    }

    Result<SlotActReply> test(const Unsealing& opens) {
        auto found = try_way_in(vault_, *opens.offers.front());
        if (!found) return fail(as_wrong(std::move(found).error()));
        const auto slots = vault_.parts().services.slots->all();
        const auto at = std::ranges::find(slots, found->slot, &KnownSlot::id);
        if (at == slots.end()) return fail(Errc::internal, "a slot that nobody knows");
        done_ = entry(asked_.act.action, audit::Outcome::success);
        const auto set = vault_.view().keys().keyring.slot_set();
        done_.extras = audit::slot_extras({at->id, at->kind, at->label}, set);
        return SlotActReply{*at, set, found->keyring_epoch, {}};
    }

    Result<SlotActReply> add(SlotChange& change, const crypto::SlotOffer& fresh) {
        if (const auto already = change.opened_by(fresh); !already.empty()) {
            return fail(
                Errc::duplicate_key,
                "It opens slot " + std::to_string(already.front()) + " already."
            );
        }
        const auto& label = asked_.act.label;
        ROOKERY_TRY(const auto id, change.add(fresh, label.empty() ? fresh.label() : label));
        ROOKERY_TRY(auto reply, reply_about(known_slots(change.slots(), opened()), id));
        reply.shares = fresh.made();
        return reply;
    }

    Result<SlotActReply> remove(SlotChange& change) {
        const auto before = known_slots(change.slots(), opened());
        const auto id = asked_.act.slot;
        // It is the one way of which it is known that it opens.
        if (before.size() > 1 && change.opened_with() == id && !asked_.act.used) {
            return fail(
                Errc::bad_state,
                "Slot " + std::to_string(id) + " is the one of the way that was brought.",
                "bring another one, which then is known to open; or say that it is meant (--used)"
            );
        }
        ROOKERY_CHECK(change.remove(id));
        return reply_about(before, id);
    }

    [[nodiscard]] Result<SlotActReply> reply_about(
        const std::vector<KnownSlot>& slots, std::uint16_t id
    ) const {
        const auto at = std::ranges::find(slots, id, &KnownSlot::id);
        if (at == slots.end()) return fail(Errc::internal, "a slot that nobody knows");
        const auto view = vault_.view();
        return SlotActReply{*at, view.keys().keyring.slot_set(), view.keys().keyring.epoch(), {}};
    }

    [[nodiscard]] std::uint16_t opened() const { return vault_.parts().opened_slot; }

    /// What a change says of itself, as an entry of this request; its end waits for the answer that goes with it.
    Result<void> note(audit::Event event) {
        auto own = entry(event.action, event.outcome);
        own.extras = std::move(event.extras);
        if (event.outcome == audit::Outcome::success) {
            done_ = std::move(own);
            return {};
        }
        ROOKERY_CHECK(ledger::receipt_of(commit(std::move(own), NoContent{})));
        is_under_way_ = true;
        return {};
    }

    [[nodiscard]] audit::Event entry(audit::Action action, audit::Outcome outcome) const {
        auto out = asked_.asked;
        out.time = vault_.clock().now();
        out.action = action;
        out.outcome = outcome;
        return out;
    }

    ledger::CommitResult commit(audit::Event event, MessageReply::Body body) {
        ledger::Plan plan;
        plan.events.push_back(audit::prepare(event, vault_.view().keys().details, vault_.random()));
        plan.reply = std::make_unique<MessageReply>(std::move(body));
        return vault_.ledger().commit(ledger::Pending(std::move(plan)));
    }

    Vault& vault_;
    SlotActAsked asked_;
    audit::Event done_;
    bool is_under_way_ = false;  // a change, whose files may be half written
};

bool acts_on_slots(const Message& message) {
    return std::holds_alternative<TestRootKeySlot>(message) ||
           std::holds_alternative<AddRootKeySlot>(message) ||
           std::holds_alternative<RemoveRootKeySlot>(message);
}

}  // namespace

ledger::CommitResult finish_slot_act(
    Vault& vault, const Message& message, ledger::CommitResult asked
) {
    auto* const receipt = std::get_if<ledger::Receipt>(&asked);
    if (receipt == nullptr || !acts_on_slots(message)) return asked;
    auto act = take_reply_as<SlotActAsked>(std::move(*receipt));
    if (!act) return std::move(act).error();  // it was refused, and its entry says so
    return SlotActing(vault, std::move(*act)).run();
}

}  // namespace rookery::messages
