#include "messages/retrieve_token_version.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/secrets.hpp"
#include "pipeline/show.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using access::ColumnView;
using storage::Row;
using storage::SealedValue;

std::vector<const schema::Column*> columns_shown(
    const schema::Table& table, const Selection& selection
) {
    if (!selection.columns.empty()) return selection.columns;
    std::vector<const schema::Column*> out;
    for (const auto& column : table.columns) {
        if (column.type == schema::Type::sealed) out.push_back(&column);
    }
    return out;
}

/// Whether the caller may have this version at all, if he may have the record's tokens.
Result<void> check_agent(
    const PlanBuilder& builder, const TokenHistory& history, const TokenVersion* version
) {
    const auto people = builder.caller.people();
    const auto is_application = [&](const access::Person& person) {
        const auto* user = builder.facts().user(person.user);
        return user != nullptr && !user->application.is_nil();
    };
    const bool agent = builder.caller.application || std::ranges::any_of(people, is_application);
    if (version == nullptr || !agent) return {};
    const auto& rules = builder.services.tokens;
    if (label_of(history, *version, rules, builder.now) == VersionLabel::previous) return {};
    return fail(
        Errc::access_denied,
        "An agent gets a version that was replaced during its grace time alone, and that is over.",
        "use the current version"
    );
}

/// Opens what one version holds: of the record itself, or of the row that keeps it.
class VersionReader {
 public:
    VersionReader(const PlanBuilder& builder, const Row& record, const TokenVersion* version)
        : sealer_(builder.keys.sealer), record_(record), version_(version) {}

    [[nodiscard]] const Row& row() const { return version_ == nullptr ? record_ : *version_->row; }

    [[nodiscard]] const SealedValue* value(const schema::Column& column) const {
        if (version_ != nullptr) return kept_value(*version_, column);
        const auto* value = record_.find(column.id);
        return value == nullptr ? nullptr : std::get_if<SealedValue>(value);
    }

    Result<SecretBytes> open(const schema::Column& column, const SealedValue& value) {
        if (!dek_) {
            ROOKERY_TRY(dek_, open_dek(sealer_, row()));
        }
        const auto& place = version_ == nullptr ? column : kept_column(*record_.table, column);
        return open_secret(sealer_, row(), *dek_, place, value);
    }

 private:
    const crypto::RecordSealer& sealer_;
    const Row& record_;
    const TokenVersion* version_;
    std::optional<crypto::Dek> dek_;
};

MaskReason reason_of_mask(const access::Decision& decision, const schema::Column& column) {
    const auto decided =
        std::ranges::find(decision.columns(), &column, &access::ColumnDecision::column);
    if (decided == decision.columns().end()) return MaskReason::no_permission;
    if (decided->unconfirmed) return MaskReason::unconfirmed;
    return decided->permitted == access::UnmaskLevel::none ? MaskReason::no_permission
                                                           : MaskReason::not_asked;
}

audit::Event version_retrieved(
    const PlanBuilder& builder, const Row& record, const Row& kept, const TokenVersionReply& reply,
    const access::Decision& decision
) {
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    builder.about(event, record);
    bool reveals = false;
    for (const auto& cell : reply.cells) {
        reveals = reveals || std::holds_alternative<SecretBytes>(cell.value);
    }
    for (const auto& cell : reply.cells) {
        if (reveals && !std::holds_alternative<SecretBytes>(cell.value)) continue;
        event.columns.push_back(cell.column->id);
    }
    if (reveals) {
        event.release = audit::ReleaseMode::plaintext;
        event.key_versions = key_versions(kept);
    } else {
        event.release =
            reply.masked.empty() ? audit::ReleaseMode::metadata : audit::ReleaseMode::masked;
    }
    event.row_versions = audit::RowVersions{record.row_version, record.row_version};
    event.row_tag.emplace();
    std::copy_n(record.tag.begin(), event.row_tag->size(), event.row_tag->begin());
    event.rule = builder.rule_of(decision);
    event.extras = {
        {"token-version", std::uint64_t{reply.version.set.number}},
        {"token-label", std::string(word_of(reply.version.label))}};
    return event;
}

}  // namespace

MessageFacts RetrieveTokenVersion::facts() const {
    return {
        "rky_RetrieveTokenVersion",
        audit::Action::retrieve,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveTokenVersion::check_texts() const { return {}; }

access::Decision RetrieveTokenVersion::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<RetrieveTokenVersion::Plan> RetrieveTokenVersion::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    ROOKERY_TRY(auto history, read_history(builder, row));
    Selection asked = selection;
    asked.columns = columns_shown(*row->table, selection);
    const auto same = check_version(preconditions, *row);
    auto step = step_to_show(std::move(row), asked);
    const auto chosen = choose_version(history, version, builder.services.tokens, builder.now);
    auto allowed =
        chosen ? check_agent(builder, history, *chosen) : Result<void>(fail(chosen.error()));
    if (same && !allowed) step.deferred_error = std::move(allowed).error();
    if (!same) step.deferred_error = same.error();
    ROOKERY_TRY(auto record, Authorized<ShowRow>::judge(builder, std::move(step)));
    return Plan{std::move(record), std::move(history)};
}

Result<MessageReply::Body> RetrieveTokenVersion::execute(PlanBuilder& builder, Plan plan) const {
    const auto& record = *plan.record.what().row;
    const auto& decision = plan.record.decision();
    const auto& rules = builder.services.tokens;
    ROOKERY_TRY(const auto* chosen, choose_version(plan.history, version, rules, builder.now));
    TokenVersionReply reply;
    reply.record = record.ref();
    reply.version = chosen == nullptr
                        ? current_facts(plan.history)
                        : messages::facts_of(plan.history, *chosen, rules, builder.now);
    VersionReader reader(builder, record, chosen);
    for (const auto* column : columns_shown(*record.table, selection)) {
        auto& cell = reply.cells.emplace_back();
        cell.column = column;
        const auto* value = reader.value(*column);
        const auto view = decision.view(*column);
        if (value == nullptr || view == ColumnView::hidden) continue;
        if (view == ColumnView::masked) {
            cell.value = Masked{};
            reply.masked.push_back({column, reason_of_mask(decision, *column)});
            continue;
        }
        if (is_inactive(record)) return fail(inactive_record());
        ROOKERY_TRY(cell.value, reader.open(*column, *value));
    }
    builder.record(version_retrieved(builder, record, reader.row(), reply, decision));
    return reply;
}

}  // namespace rookery::messages
