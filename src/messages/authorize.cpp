#include "messages/authorize.hpp"

#include "messages/admission.hpp"
#include "messages/pasted_token.hpp"
#include "messages/resolve.hpp"
#include "messages/scarce_space.hpp"

namespace rookery::messages {
namespace {

bool is_cascaded(const Step& step) {
    const auto* gone = std::get_if<RemoveRow>(&step.what);
    return gone != nullptr && gone->cascaded;
}

/// Rows that would go with their parent and may not: how many, but not which.
struct KeptBack {
    std::size_t rows = 0;
    std::optional<access::Decision> decision;  // of the first

    void add(const access::Decision& refused) {
        ++rows;
        if (!decision) decision = refused;
    }

    [[nodiscard]] Error error() const {
        return {
            decision->code(),
            "The caller may not remove " + std::to_string(rows) + " of the rows that would go with it.",
            "ask somebody who may, or have those removed first",
            {}};
    }
};

}  // namespace

tl::expected<std::vector<Authorized>, Stopped> authorize(Planning& planning) {
    const auto stop = [](Error error, std::optional<access::Decision> decision, std::optional<Step> step) {
        return tl::unexpected<Stopped>(
            Stopped{std::move(error), std::move(decision), std::move(step)}
        );
    };
    auto admitted = admit(planning);
    if (!admitted.allowed()) return stop(admitted.error(), admitted, {});
    if (const auto clean = check_no_pasted_token(planning.message); !clean) {
        return stop(clean.error(), {}, {});
    }
    if (const auto room = check_space(planning); !room) return stop(room.error(), {}, {});
    auto steps = resolve(planning);
    if (!steps) return stop(steps.error(), {}, {});

    std::vector<Authorized> authorized;
    authorized.reserve(steps->size());
    KeptBack kept_back;
    for (auto& step : *steps) {
        auto decision = access::decide(planning.caller, step.needs, planning.facts());
        if (!decision.allowed() && is_cascaded(step)) {
            kept_back.add(decision);
            continue;
        }
        if (!decision.allowed()) return stop(decision.error(), decision, std::move(step));
        if (step.problem) {
            auto problem = *step.problem;
            return stop(std::move(problem), std::move(decision), std::move(step));
        }
        authorized.push_back(Authorized::from(std::move(decision), std::move(step)));
    }
    if (kept_back.decision) return stop(kept_back.error(), kept_back.decision, {});
    return authorized;
}

}  // namespace rookery::messages
