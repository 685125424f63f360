#include "messages/sharing.hpp"

#include "messages/apply_change.hpp"
#include "messages/privileges_question.hpp"
#include "messages/share_id.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::messages {
namespace {

const auto& shares = schema::known::principalobjectaccess;

/// Far fewer than go with a record in one request.
constexpr std::size_t shares_max = 500;

/// The row of the share, over or not; null when there is none.
Result<RowPtr> share_of(
    PlanBuilder& builder, const storage::Row& row, const access::Principal& with
) {
    ROOKERY_TRY(auto found, builder.reading.read(shares, share_id(row.ref(), with)));
    return std::move(found.row);
}

/// What the new terms give that the old ones do not: all of it where it is given for longer.
std::uint32_t given_anew(const ShareTerms& now, const ShareTerms& after) {
    const auto end = [](const ShareTerms& terms) { return terms.expires.value_or(Instant::max()); };
    return end(after) > end(now) ? after.rights : after.rights & ~now.rights;
}

/// Share on the row, and each of these rights.
access::Needs needs_to_give(const storage::Row& row, std::uint32_t rights) {
    access::Needs needs;
    add_need(needs, schema::Right::share, row);
    for (const auto& name : schema::right_names) {
        // To create is no right on a row that is there.
        const bool given = (rights & name.access_bit) != 0 && name.right != schema::Right::create;
        if (given && name.right != schema::Right::share) add_need(needs, name.right, row);
    }
    return needs;
}

/// So many that are over go when one comes: each is a part of the request that takes their place.
constexpr std::size_t ended_removed_max = 20;

/// Of the record's shares those that are over, at most so many, and how many there are in all.
struct OtherShares {
    std::size_t count = 0;
    std::vector<Uuid> ended;
};

OtherShares other_shares(const access::Facts& facts, const storage::Row& row, const Uuid& but) {
    OtherShares out;
    const auto take = [&](const Uuid& id, const access::Share& share) {
        if (share.table != row.table->id || id == but) return;
        ++out.count;
        if (share.over(facts.now()) && out.ended.size() < ended_removed_max) {
            out.ended.push_back(id);
        }
    };
    facts.shares().each<&access::Share::row>(row.id, take);
    out.count -= out.ended.size();
    return out;
}

std::optional<Error> in_the_way(
    const PlanBuilder& builder, const ShareEnds& ends, const ShareTerms& after,
    const access::Needs& needs, std::size_t others
) {
    if (after == ends.now || after.rights == 0) return std::nullopt;
    if (after.expires && *after.expires <= builder.now) {
        return Error{Errc::invalid_argument, "The end of a share must be to come.", {}, {}};
    }
    if (facts_of(*ends.row.what().row).owner == ends.with) {
        return Error{Errc::shared_with_owner, "A record cannot be shared with its owner.", {}, {}};
    }
    if (others >= shares_max) {
        return Error{
            Errc::too_many_rows,
            "A record is shared with at most " + std::to_string(shares_max) + " users and teams.",
            "share it with a team",
            {}};
    }
    const bool user = ends.with.kind == access::PrincipalKind::user;
    if (user && access::is_built_in_user(ends.with.id)) return built_in_protected();
    if (given_anew(ends.now, after) == 0) return std::nullopt;
    for (const auto& person : builder.caller.people()) {
        const bool himself = user && person.user == ends.with.id;
        const auto teams = builder.facts().teams_of(person.user);
        const bool his_team = !user && std::ranges::find(teams, ends.with.id) != teams.end();
        if (person.system || (!himself && !his_team)) continue;
        return Error{
            Errc::access_denied,
            "Nobody shares a record with himself, or with a team that he is in: he would keep what "
            "is taken from him in another way.",
            "ask another who may share it",
            {}};
    }
    // By shares of his own that end before, he could hand on what he will not have.
    const auto end = after.expires.value_or(Instant::max());
    const auto facts = builder.facts().at(end - Instant::duration{1});
    const auto lasting = access::decide(builder.caller, needs, facts);
    builder.rely_on(lasting);
    if (lasting.allowed()) return std::nullopt;
    return Error{
        Errc::access_denied,
        "A share cannot outlast the right by which it is given.",
        "name an earlier end in 'rky_ExpiresOn'",
        {}};
}

WriteRow write_of(
    PlanBuilder& builder, const ShareEnds& ends, RowPtr before, const ShareTerms& after
) {
    const auto& row = *ends.row.what().row;
    WriteRow out;
    auto& share = out.draft.row;
    share.table = &shares;
    share.row_version = 1;
    if (before != nullptr) {
        share = *before;
        ++share.row_version;
    } else {
        share.id = share_id(row.ref(), ends.with);
        const bool team = ends.with.kind == access::PrincipalKind::team;
        const auto& principals = team ? schema::known::team : schema::known::systemuser;
        share.set("principalid", ends.with.id);
        share.set("principaltypecode", std::string(principals.name));
        share.set("objectid", row.id);
        share.set("objecttypecode", std::string(row.table->name));
    }
    share.set("accessrightsmask", std::int64_t{after.rights});
    share.set("changedon", Instant{std::chrono::floor<std::chrono::seconds>(builder.now)});
    share.set("rky_expireson", after.expires ? storage::Value{*after.expires} : storage::Value{});
    for (const auto* name : {"accessrightsmask", "changedon", "rky_expireson"}) {
        out.draft.columns.push_back(shares.column(name));
    }
    out.before = std::move(before);
    return out;
}

}  // namespace

namespace {

/// Without a guard: who writes the record all the time does not keep others from taking that from him. Who gives something
/// guards it besides.
Result<RowPtr> row_to_share(PlanBuilder& builder, const Target& target) {
    const auto* id = std::get_if<Uuid>(&target.by);
    if (id == nullptr) return builder.reading.live(target, schema::Right::share);
    ROOKERY_TRY(auto found, builder.reading.peek(*target.table, *id));
    if (found.row == nullptr) return fail(does_not_exist(*target.table, *id));
    return std::move(found.row);
}

}  // namespace

access::Decision admit_sharing(const Asker& asker, const Sharing& sharing) {
    return asker.decide(*sharing.target.table, schema::Right::share);
}

Judged<ShareEnds> ends_of_sharing(PlanBuilder& builder, const Sharing& sharing) {
    if (sharing.target.table->ownership != schema::Ownership::user) {
        return fail(Error{
            Errc::invalid_argument,
            "Records of '" + std::string(sharing.target.table->name) +
                "' have no owner and cannot be shared.",
            {},
            {}});
    }
    if (const auto* id = std::get_if<Uuid>(&sharing.principal.by)) {
        const bool team = sharing.principal.table == &schema::known::team;
        builder.name_in_refusal(
            named_in_entry({team ? access::PrincipalKind::team : access::PrincipalKind::user, *id})
        );
    }
    ROOKERY_TRY(auto row, row_to_share(builder, sharing.target));
    access::Needs needs;
    add_need(needs, schema::Right::share, *row);
    ROOKERY_TRY(auto judged, judge_act(builder, std::move(needs), row));
    ROOKERY_TRY(const auto who, builder.reading.live(sharing.principal, schema::Right::read));
    const auto with = principal_of(*who);
    ROOKERY_TRY(const auto share, share_of(builder, *row, with));
    const auto now = share == nullptr ? ShareTerms{} : terms_of(*share, builder.facts().now());
    return ShareEnds{std::move(judged), with, now};
}

Judged<SharePlan> plan_share(PlanBuilder& builder, ShareEnds ends, ShareTerms after) {
    const auto& row = *ends.row.what().row;
    if (given_anew(ends.now, after) != 0) {
        ROOKERY_CHECK(builder.reading.live(*row.table, row.id));
    }
    // Many that end within a second end together: what relies on them is planned again once.
    if (after.expires) after.expires = std::chrono::floor<std::chrono::seconds>(*after.expires);
    ROOKERY_TRY(auto share, share_of(builder, row, ends.with));
    Step<Change> step;
    step.table = row.table;
    step.id = row.id;
    step.needs = needs_to_give(row, given_anew(ends.now, after));
    const auto others = other_shares(builder.facts(), row, share_id(row.ref(), ends.with));
    step.deferred_error = in_the_way(builder, ends, after, step.needs, others.count);
    std::vector<Step<Change>> ended;
    if (share == nullptr && after.rights != 0) {
        for (const auto& id : others.ended) {
            ROOKERY_TRY(auto over, builder.reading.live(shares, id));
            Step<Change> gone;
            gone.table = &shares;
            gone.id = id;
            gone.needs = needs_to_give(row, 0);
            gone.what = RemoveRow{std::move(over), true};
            ended.push_back(std::move(gone));
        }
    }
    if (after.rights == 0) {
        if (share != nullptr) step.what = RemoveRow{std::move(share), false};
    } else if (share == nullptr || after != ends.now) {
        step.what = write_of(builder, ends, std::move(share), after);
    }
    ROOKERY_TRY(auto change, Authorized<Change>::judge(builder, std::move(step)));
    ROOKERY_TRY(auto over, judge_all(builder, std::move(ended)));
    return SharePlan{std::move(ends), std::move(change), std::move(over), after};
}

Result<MessageReply::Body> carry_out_share(PlanBuilder& builder, SharePlan& plan) {
    ROOKERY_CHECK(apply_all(builder, plan.ended));
    const bool changes = !std::holds_alternative<LeaveRow>(plan.change.what());
    if (changes) ROOKERY_CHECK(apply_change(builder, plan.change));
    // The fact has its entry; this one is found by whoever asks for the record's.
    record_share(
        builder,
        plan.ends.row.decision(),
        *plan.ends.row.what().row,
        {plan.ends.with, plan.ends.now, plan.after}
    );
    return NoContent{};
}

}  // namespace rookery::messages
