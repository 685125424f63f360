#include "messages/slot_act.hpp"

#include <utility>

namespace rookery::messages {
namespace {

/// "passphrase", "passphrase and key file"
std::string kinds_of(const crypto::BroughtWay& way) {
    std::string out;
    for (const auto& part : way.parts) {
        if (!out.empty()) out += " and ";
        out += part.kind->name;
    }
    return out;
}

}  // namespace

SlotActAsked ask_for(PlanBuilder& builder, const access::Decision& decision, SlotAct act) {
    auto event = builder.event(act.action, audit::Outcome::intent);
    event.rule = builder.rule_of(decision);
    auto asked = event;
    event.extras = {{"act", std::string("request")}};
    if (act.fresh) event.extras.emplace_back("kind", kinds_of(*act.fresh));
    if (!act.label.empty()) event.extras.emplace_back("label", act.label);
    if (act.slot != 0) event.extras.emplace_back("slot", std::uint64_t{act.slot});
    event.extras.emplace_back("with", kinds_of(*act.opens));
    builder.record(event);
    return {std::move(act), std::move(asked)};
}

}  // namespace rookery::messages
