#include "pipeline/authorized.hpp"

namespace rookery::messages {
namespace {

bool is_cascaded(const Step<Change>& step) {
    const auto* gone = std::get_if<RemoveRow>(&step.what);
    return gone != nullptr && gone->cascaded;
}

/// Rows that would go with their parent and may not.
struct KeptBack {
    std::size_t rows = 0;
    std::optional<access::Decision> decision;  // of the first

    void add(access::Decision refused) {
        ++rows;
        if (!decision) decision = std::move(refused);
    }

    [[nodiscard]] Error error() const {
        return {
            decision->code(),
            "The caller may not remove " + std::to_string(rows) +
                " of the rows that would go with it.",
            "ask somebody who may, or have those removed first",
            {}};
    }
};

}  // namespace

Judged<AuthorizedChanges> judge_all(PlanBuilder& builder, std::vector<Step<Change>> steps) {
    AuthorizedChanges authorized;
    authorized.reserve(steps.size());
    KeptBack kept_back;
    for (auto& step : steps) {
        const bool cascaded = is_cascaded(step);
        auto judged = Authorized<Change>::judge(builder, std::move(step));
        if (judged) {
            authorized.push_back(std::move(*judged));
        } else if (cascaded && !judged.error().decision->allowed()) {
            kept_back.add(std::move(*judged.error().decision));
        } else {
            return fail(std::move(judged).error());
        }
    }
    if (!kept_back.decision) return authorized;
    auto error = kept_back.error();
    return fail(Stopped(std::move(error), std::move(*kept_back.decision)));
}

}  // namespace rookery::messages
