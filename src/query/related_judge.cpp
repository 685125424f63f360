#include "query/related_judge.hpp"

#include "pipeline/needs.hpp"

#include <utility>

namespace rookery::messages {
namespace {

/// What a row costs that is remembered.
constexpr std::uint64_t remembered_cost = 60;

constexpr std::size_t recent_max = 256;

}  // namespace

struct RelatedJudge::Place {
    Place(const Related& of, RelatedRows& rows) : asked(of) {
        if (of.filter != nullptr) compiled.emplace(*of.filter, &rows);
    }

    const Related& asked;
    std::optional<CompiledFilter> compiled;
    std::optional<Truth> of_nothing;             // of a row in which everything is null
    std::map<Uuid, std::optional<Truth>> known;  // nothing: not readable
};

RelatedJudge::RelatedJudge(const PlanBuilder& builder) : builder_(builder) {}

RelatedJudge::~RelatedJudge() = default;

Result<Truth> RelatedJudge::judge(const Related& asked, const storage::Row* row) {
    auto& place = place_of(asked);
    if (asked.how == Quantifier::the_one) return judge_one(place, row);
    if (row == nullptr) return asked.how == Quantifier::every ? Truth::yes : Truth::no;
    return judge_many(place, *row);
}

Result<Truth> RelatedJudge::judge_one(Place& place, const storage::Row* row) {
    const auto id = row == nullptr ? std::nullopt : led_to(place.asked.hop, *row);
    if (id) {
        ROOKERY_TRY(const auto truth, judge_member(place, {*id, {}}));
        if (truth) return *truth;
    }
    if (!place.of_nothing) {
        ROOKERY_TRY(place.of_nothing, filter(place, nullptr));
    }
    return *place.of_nothing;
}

Result<Truth> RelatedJudge::judge_many(Place& place, const storage::Row& row) {
    const bool every = place.asked.how == Quantifier::every;
    HopWalk members(builder_, place.asked.hop, row);
    for (;;) {
        ROOKERY_TRY(auto member, members.next());
        if (!member) return every ? Truth::yes : Truth::no;
        ROOKERY_TRY(const auto truth, judge_member(place, std::move(*member)));
        if (!truth) continue;
        // The first that decides ends it.
        const bool holds = *truth == Truth::yes;
        if (holds != every) return holds ? Truth::yes : Truth::no;
    }
}

Result<bool> RelatedJudge::each(
    const Related& asked, const storage::Row& row, const Visitor& visit
) {
    auto& place = place_of(asked);
    HopWalk members(builder_, asked.hop, row);
    for (;;) {
        ROOKERY_TRY(auto member, members.next());
        if (!member) return true;
        auto found = std::move(member->row);
        if (found == nullptr) {
            ROOKERY_TRY(found, readable(*asked.hop.to, member->id));
        } else if (!may_read(*found)) {
            continue;
        }
        if (found == nullptr) continue;
        ROOKERY_TRY(const auto truth, filter(place, found.get()));
        if (truth != Truth::yes) continue;
        ROOKERY_TRY(const bool goes_on, visit(*found));
        if (!goes_on) return false;
    }
}

Result<std::optional<Truth>> RelatedJudge::judge_member(Place& place, Member member) {
    if (const auto known = place.known.find(member.id); known != place.known.end()) {
        ROOKERY_CHECK(builder_.work.spend(remembered_cost));
        return known->second;
    }
    auto row = std::move(member.row);
    if (row == nullptr) {
        ROOKERY_TRY(row, readable(*place.asked.hop.to, member.id));
    } else if (!may_read(*row)) {
        row = nullptr;
    }
    std::optional<Truth> out;
    if (row != nullptr) {
        ROOKERY_TRY(out, filter(place, row.get()));
    }
    // Children of one row are nobody else's.
    const bool met_again = place.asked.hop.back == nullptr;
    if (met_again && place.known.size() < remembered_max) place.known.emplace(member.id, out);
    return out;
}

Result<Truth> RelatedJudge::filter(Place& place, const storage::Row* row) {
    if (!place.compiled) return Truth::yes;
    auto out = place.compiled->judge(row);
    ROOKERY_CHECK(builder_.work.spend(place.compiled->take_cost()));
    return out;
}

Result<RowPtr> RelatedJudge::readable(const schema::Table& table, const Uuid& id) {
    const storage::RowRef ref{table.id, id};
    if (const auto known = recent_.find(ref); known != recent_.end()) {
        ROOKERY_CHECK(builder_.work.spend(remembered_cost));
        return known->second;
    }
    ROOKERY_TRY(auto row, look_up(builder_, table, id));
    if (row == nullptr || !may_read(*row)) return RowPtr{};
    if (recent_.size() == recent_max) recent_.clear();
    recent_.emplace(ref, row);
    return row;
}

bool RelatedJudge::may_read(const storage::Row& row) {
    auto found = scopes_.find(row.table->id);
    if (found == scopes_.end()) {
        auto scope =
            access::scope(builder_.caller, *row.table, schema::Right::read, builder_.facts());
        builder_.rely_on(scope);
        found = scopes_.emplace(row.table->id, std::move(scope)).first;
    }
    return found->second.admits(facts_of(row));
}

RelatedJudge::Place& RelatedJudge::place_of(const Related& asked) {
    auto& place = places_[&asked];
    if (place == nullptr) place = std::make_unique<Place>(asked, *this);
    return *place;
}

}  // namespace rookery::messages
