#include "messages/explain.hpp"

#include <algorithm>

#include "access/explain.hpp"
#include "identity/authenticate.hpp"
#include "messages/authorize.hpp"
#include "messages/effect.hpp"
#include "messages/execute.hpp"
#include "messages/needs.hpp"
#include "messages/show.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

namespace known = schema::known;
using schema::Right;

/// As many of a user's live credentials, and of a scope's owners and units, as an answer lists.
constexpr std::size_t credentials_max = 20;
constexpr std::size_t scope_listed_max = 100;
/// What looking at one holder of a profile costs, most of it to put his rights together.
constexpr std::uint64_t cost_of_holder = 20'000;

/// Collects the names behind ids, of what the caller may know: he reads such rows or the log, or is it himself.
class NameBook {
 public:
    explicit NameBook(const Planning& planning)
        : planning_(planning),
          facts_(planning.facts()),
          reads_log_(may(needs_of_general(schema::prv_read_audit))) {}

    void user(const Uuid& id) {
        if (const auto* row = facts_.user(id)) put(known::systemuser, id, row->full_name);
    }

    void team(const Uuid& id) {
        if (const auto* row = facts_.team(id)) put(known::team, id, row->name);
    }

    void role(const Uuid& id) {
        if (const auto* row = facts_.role(id)) put(known::role, id, row->name);
    }

    void profile(const Uuid& id) {
        if (const auto* row = facts_.profile(id)) put(known::fieldsecurityprofile, id, row->name);
    }

    void unit(const Uuid& id) {
        if (const auto* row = facts_.business_unit(id)) put(known::businessunit, id, row->name);
    }

    void principal(const access::Principal& who) {
        who.kind == access::PrincipalKind::user ? user(who.id) : team(who.id);
    }

    void path(const access::Path& path) {
        if (path.rule == access::Path::Rule::team) team(path.id);
        role(path.role);
        team(path.team);
    }

    void credentials(const LiveCredentials& all) {
        for (const auto& one : all.listed) {
            user(one.maker);
            if (one.confirmed_by) user(*one.confirmed_by);
        }
    }

    [[nodiscard]] Names take() && { return std::move(names_); }

 private:
    void put(const schema::Table& table, const Uuid& id, const std::string& name) {
        if (name.empty()) return;
        const bool own = id == planning_.caller.user;
        if (own || reads_log_ || may(needs_of_table(table, schema::Right::read))) {
            names_.emplace(storage::RowRef{table.id, id}, name);
        }
    }

    [[nodiscard]] bool may(const access::Needs& needs) const {
        return access::decide(planning_.caller, needs, facts_).allowed();
    }

    const Planning& planning_;
    const access::Facts& facts_;
    const bool reads_log_;
    Names names_;
};

Result<LiveCredentials> live_credentials(const Planning& planning, const Uuid& user) {
    const auto& facts = planning.facts();
    LiveCredentials out;
    for (const auto& id : facts.credentials_of(user)) {
        const auto& credential = *facts.credential(id);
        if (!facts.valid(credential) || credential.expires <= planning.now) continue;
        LiveCredential one;
        one.id = id;
        one.fingerprint = identity::fingerprint(id);
        one.maker = credential.maker;
        one.expires = credential.expires;
        one.plaintext = credential.plaintext;
        one.administration = credential.administration;
        out.listed.push_back(std::move(one));
    }
    std::ranges::sort(out.listed, [](const LiveCredential& a, const LiveCredential& b) {
        return std::pair(b.expires, a.id) < std::pair(a.expires, b.id);
    });
    out.more = out.listed.size() > credentials_max;
    if (out.more) out.listed.resize(credentials_max);
    for (auto& one : out.listed) {
        ROOKERY_CHECK(planning.work.spend(cost::row + cost::row_by_index));
        ROOKERY_TRY(const auto found, planning.reading.peek(known::rky_credential, one.id));
        if (!found.row) continue;
        if (const auto* name = found.row->get<std::string>("rky_name")) one.name = *name;
        const auto* confirmed = found.row->get<storage::RowRef>("rky_confirmedby");
        if (confirmed != nullptr) one.confirmed_by = confirmed->id;
    }
    return out;
}

/// Reading about rights is reviewing: on the log like reading the log.
audit::Event asked_event(const Planning& planning, const Authorized& authorized) {
    auto event = planning.event(audit::Action::audit_read, audit::Outcome::success);
    event.rule = planning.rule_of(authorized.decision());
    return event;
}

void add_subject(audit::Event& event, const Uuid& user) {
    event.extras.emplace_back("subject", to_string(user));
}

/// The record, whoever may read it: for those who may know of all.
Result<RowPtr> record_of(Planning& planning, const Target& target) {
    if (const auto* id = std::get_if<Uuid>(&target.by)) return planning.reading.live(*target.table, *id);
    return planning.reading.find(*target.table, std::get<KeyValues>(target.by));
}

std::vector<const schema::Column*> sealed_columns(const RetrieveWhoCan& message) {
    if (message.column != nullptr) return {message.column};
    std::vector<const schema::Column*> out;
    for (const auto& column : message.target.table->columns) {
        if (column.type == schema::Type::sealed) out.push_back(&column);
    }
    return out;
}

void name_readers(NameBook& names, const WhoCanReply& reply) {
    if (reply.owner) names.principal(*reply.owner);
    for (const auto& reader : reply.readers.readers) {
        names.user(reader.user);
        for (const auto& path : reader.paths) names.path(path);
        for (const auto& column : reader.columns) {
            for (const auto& source : column.sources) {
                names.profile(source.profile);
                names.team(source.team);
            }
        }
    }
    for (const auto& all : reply.credentials) names.credentials(all);
}

ListedTable listed(access::TableAccess access) {
    auto& rows = access.rows;
    ListedTable out{{}, rows.owners.size(), rows.units.size()};
    if (rows.owners.size() > scope_listed_max) rows.owners.resize(scope_listed_max);
    if (rows.units.size() > scope_listed_max) rows.units.resize(scope_listed_max);
    out.access = std::move(access);
    return out;
}

std::string_view name_of(Explained what) {
    const auto* found = std::ranges::find(explained_names, what, &ExplainedName::what);
    return found == std::end(explained_names) ? std::string_view{} : found->name;
}

/// One message of one user, judged and dropped.
class Trial {
 public:
    Trial(Planning& planning, const access::Caller& caller, const ExplainAccess& asked)
        : planning_(planning), caller_(caller), asked_(asked) {}

    Result<ExplainReply> run() {
        reply_.user = caller_.user;
        reply_.asked = name_of(asked_.what);
        reply_.table = asked_.table;
        if (asked_.record) {
            const auto* id = std::get_if<Uuid>(&asked_.record->by);
            if (id != nullptr) reply_.record = *id;
        }
        if (asked_.what == Explained::append) {
            ROOKERY_CHECK(judge(Right::append));
        } else if (asked_.what == Explained::append_to) {
            ROOKERY_CHECK(judge(Right::append_to));
        } else {
            ROOKERY_TRY(const auto message, message_of());
            ROOKERY_CHECK(judge(message));
        }
        return std::move(reply_);
    }

 private:
    /// What several messages need of a row, and no message by itself.
    Result<void> judge(Right right) {
        auto decision = decide(needs_of_table(*asked_.table, right));
        if (!decision.allowed()) {
            take(decision);
            return {};
        }
        const auto row = planning_.reading.live(*asked_.record, right);
        if (!row) {
            reply_.error = row.error();
            return {};
        }
        auto needs = access::Needs{};
        add_need(needs, right, **row);
        reply_.rows = 1;
        reply_.record = (*row)->id;
        take(decide(needs));
        return {};
    }

    Result<void> judge(const Message& message) {
        Planning probe(
            planning_.parts, planning_.view, caller_, message, planning_.info, planning_.work
        );
        auto steps = authorize(probe);
        if (!steps) {
            const auto& stopped = steps.error();
            if (stopped.decision) take(*stopped.decision);
            // Nothing is in a row that is only asked about: what it lacks stands in nobody's way.
            const bool allowed = stopped.decision && stopped.decision->allowed();
            if (allowed && asked_.what == Explained::create) return {};
            reply_.allowed = false;
            reply_.error = stopped.error;
            return {};
        }
        const auto& main = main_step(*steps);
        reply_.rows = steps->size();
        take(main.decision());
        if (asked_.record) reply_.record = main.step().id;
        switch (asked_.what) {
            case Explained::retrieve:
                if (releases_nothing(main)) refuse(inactive_record());
                return {};
            case Explained::retrieve_multiple:
            case Explained::create:
                return {};
            case Explained::assign:
                ROOKERY_CHECK(check_new_owner(main));
                break;
            case Explained::update:
            case Explained::remove:
            case Explained::set_state:
            case Explained::append:
            case Explained::append_to:
                break;
        }
        auto done = execute(probe, std::move(*steps));
        if (!done) {
            refuse(done.error());
            return {};
        }
        if (const auto effect = check_effect(probe); !effect) refuse(effect.error());
        return {};
    }

    [[nodiscard]] access::Decision decide(const access::Needs& needs) const {
        return access::decide(caller_, needs, planning_.facts());
    }

    void take(const access::Decision& decision) {
        reply_.allowed = decision.allowed();
        reply_.error = decision.allowed() ? std::nullopt : std::optional(decision.error());
        reply_.rule = decision.rule_path();
        reply_.path = decision.path();
        reply_.missing = decision.missing();
        reply_.columns.assign(decision.columns().begin(), decision.columns().end());
    }

    void refuse(Error error) {
        reply_.allowed = false;
        reply_.error = std::move(error);
    }

    /// The step on the record itself; what goes with it has steps before it.
    [[nodiscard]] const Authorized& main_step(const std::vector<Authorized>& steps) const {
        const auto found = std::ranges::find_if(steps, [&](const Authorized& one) {
            return reply_.record && one.step().table == asked_.table &&
                   one.step().id == *reply_.record;
        });
        return found == steps.end() ? steps.back() : *found;
    }

    static bool releases_nothing(const Authorized& reading) {
        const auto& row = *std::get<ShowRow>(reading.step().what).row;
        return is_inactive(row) &&
               std::ranges::any_of(reading.decision().columns(), [&](const auto& column) {
                   return column.view == access::ColumnView::clear &&
                          row.find(column.column->id) != nullptr;
               });
    }

    static Result<void> check_new_owner(const Authorized& assigning) {
        if (std::get<UpdateRow>(assigning.step().what).draft.new_owner) return {};
        return fail(
            Errc::invalid_argument, "The record belongs to that owner already.", "name another owner"
        );
    }

    Result<Message> message_of() {
        Selection selection;
        selection.unmasked = true;
        if (asked_.column != nullptr) selection.columns = {asked_.column};
        switch (asked_.what) {
            case Explained::retrieve: {
                Retrieve message;
                message.target = *asked_.record;
                message.selection = std::move(selection);
                return Message(std::move(message));
            }
            case Explained::retrieve_multiple: {
                RetrieveMultiple message;
                message.table = asked_.table;
                message.selection = std::move(selection);
                return Message(std::move(message));
            }
            case Explained::create: {
                Create message;
                message.table = asked_.table;
                if (asked_.column != nullptr) message.input.cells.push_back({asked_.column, {}});
                return Message(std::move(message));
            }
            case Explained::remove:
                return Message(Delete{*asked_.record, {}});
            case Explained::update:
                return update(asked_.column, {});
            case Explained::assign: {
                ROOKERY_TRY(const auto* column, owner_column());
                return update(column, new_owner());
            }
            case Explained::set_state: {
                ROOKERY_TRY(const auto* column, state_column());
                return update(column, other_state());
            }
            case Explained::append:
            case Explained::append_to:
                break;
        }
        return fail(Errc::internal, "no message of that kind");
    }

    Result<Message> update(const schema::Column* column, InputValue value) {
        Upsert message;
        message.target = *asked_.record;
        message.preconditions.must_exist = true;
        if (column != nullptr) message.input.cells.push_back({column, std::move(value)});
        return Message(std::move(message));
    }

    [[nodiscard]] Error has_none(std::string_view what) const {
        return {
            Errc::invalid_argument,
            "Rows of '" + std::string(asked_.table->name) + "' have no " + std::string(what) + ".", {}, {}
        };
    }

    Result<const schema::Column*> owner_column() const {
        const auto* column = asked_.table->column("ownerid");
        if (column == nullptr || column->type != schema::Type::owner) return fail(has_none("owner"));
        return column;
    }

    Result<const schema::Column*> state_column() const {
        const auto* column = asked_.table->column("statecode");
        if (column == nullptr || !column->may(schema::can::update)) return fail(has_none("state"));
        return column;
    }

    /// Whether there is such a principal is for the message itself to find out.
    Target new_owner() const {
        const auto owner = asked_.owner.value_or(caller_.user);
        const bool team = planning_.facts().team(owner) != nullptr;
        return {team ? &known::team : &known::systemuser, owner};
    }

    /// Off if it is on, else on. Whether there is a row is for the message itself to find out.
    InputValue other_state() const {
        const auto row = planning_.reading.live(*asked_.record, Right::write);
        return std::int64_t{row && is_inactive(**row) ? 0 : 1};
    }

    Planning& planning_;
    const access::Caller& caller_;
    const ExplainAccess& asked_;
    ExplainReply reply_;
};

}  // namespace

Result<WhoCanReply> who_can(
    Planning& planning, const RetrieveWhoCan& message, const Authorized& authorized
) {
    ROOKERY_TRY(const auto row, record_of(planning, message.target));
    WhoCanReply reply;
    reply.table = row->table;
    reply.record = row->id;
    if (const auto* name = row->get<std::string>(row->table->primary_name)) reply.record_name = *name;
    reply.inactive = is_inactive(*row);
    reply.columns = sealed_columns(message);

    access::ReadersQuery query;
    query.table = row->table;
    query.row = facts_of(*row);
    query.columns = reply.columns;
    query.after = message.after;
    query.top = message.top;
    reply.owner = query.row.owner;
    reply.readers = access::readers_of(query, planning.facts());
    ROOKERY_CHECK(planning.work.spend(reply.readers.examined * cost_of_holder));
    for (const auto& reader : reply.readers.readers) {
        ROOKERY_TRY(auto credentials, live_credentials(planning, reader.user));
        reply.credentials.push_back(std::move(credentials));
    }
    NameBook names(planning);
    name_readers(names, reply);
    reply.names = std::move(names).take();

    auto event = asked_event(planning, authorized);
    event.table = row->table->name;
    event.record = row->id;
    if (message.column != nullptr) event.columns.push_back(message.column->id);
    planning.record(event);
    return reply;
}

Result<AccessOfReply> access_of(
    Planning& planning, const RetrieveAccessOf& message, const Authorized& authorized
) {
    AccessOfReply reply;
    reply.user = message.user.value_or(planning.caller.user);
    auto access = access::access_of(reply.user, planning.facts());
    if (!access) return fail(does_not_exist(known::systemuser, reply.user));
    reply.enabled = access->enabled;
    reply.system_administrator = access->system_administrator;
    reply.administers = access->administers;
    reply.privileges = std::move(access->privileges);
    ROOKERY_TRY(reply.credentials, live_credentials(planning, reply.user));

    NameBook names(planning);
    names.user(reply.user);
    for (auto& table : access->tables) {
        reply.tables.push_back(listed(std::move(table)));
        const auto& rows = reply.tables.back().access.rows;
        for (const auto& owner : rows.owners) names.principal(owner);
        for (const auto& unit : rows.units) names.unit(unit);
    }
    for (const auto& held : reply.privileges) names.path(held.path);
    names.credentials(reply.credentials);
    reply.names = std::move(names).take();

    auto event = asked_event(planning, authorized);
    event.table = known::systemuser.name;
    event.record = reply.user;
    add_subject(event, reply.user);
    planning.record(event);
    return reply;
}

Result<ExplainReply> explain(
    Planning& planning, const ExplainAccess& message, const Authorized& authorized
) {
    const auto user = message.user.value_or(planning.caller.user);
    const bool own = user == planning.caller.user;
    if (planning.facts().user(user) == nullptr) return fail(does_not_exist(known::systemuser, user));
    auto asked = message;
    if (!own && asked.record) {
        // By its id, so that the answer says what by its key would be "not there".
        ROOKERY_TRY(const auto row, record_of(planning, *asked.record));
        asked.record->by = row->id;
    }
    const auto caller = own ? planning.caller : access::Caller::of(user);
    ROOKERY_TRY(auto reply, Trial(planning, caller, asked).run());
    ROOKERY_TRY(reply.credentials, live_credentials(planning, user));
    NameBook names(planning);
    names.user(user);
    if (reply.path) names.path(*reply.path);
    names.credentials(reply.credentials);
    reply.names = std::move(names).take();

    auto event = asked_event(planning, authorized);
    event.table = reply.table->name;
    if (reply.record) event.record = *reply.record;
    if (message.column != nullptr) event.columns.push_back(message.column->id);
    add_subject(event, user);
    event.extras.emplace_back("asked", std::string(reply.asked));
    event.extras.emplace_back(
        "answer",
        std::string(reply.error ? rookery::info(reply.error->code).name : std::string_view("allowed"))
    );
    planning.record(event);
    return reply;
}

}  // namespace rookery::messages
