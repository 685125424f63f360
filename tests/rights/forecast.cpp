#include "rights/forecast.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

/// Of a row that is nobody's and nowhere: what only Global depth comes to.
constexpr Place nowhere{};

Means as_himself(const Uuid& user) { return {user, {}}; }

/// With `members`: behind a comma, for a body that has others before.
std::string behind_a_comma(std::string_view members) {
    return members.empty() ? std::string() : "," + std::string(members);
}

std::string change_of(const Form& form) {
    if (form.make.empty()) return {};
    return "\"" + std::string(form.property) + "\":" + std::string(form.value);
}

/// A name of the second state of the table's rows.
std::string state_of_rows(const schema::Table& table) {
    const auto* states = table.column("statecode");
    return states == nullptr ? "Active" : std::string(states->options.front().label);
}

std::string value_of(std::string_view name, const Aiming& aim) {
    constexpr std::string_view other_row = "row of ";
    const auto& form = form_of(aim.table);
    const auto fill = [&](std::string_view text) {
        return filled(text, [&](std::string_view inner) { return value_of(inner, aim); });
    };

    struct Text {
        std::string_view name;
        std::string value;
    };

    const Text texts[] = {
        {"set", std::string(aim.table.set_name)},
        {"table", std::string(aim.table.name)},
        {"key", std::string(aim.table.primary_id)},
        {"name", std::string(aim.table.primary_name)},
        {"row", to_string(aim.row().id)},
        {"new", to_string(aim.world.new_id())},
        {"retained", to_string(aim.retained())},
        {"caller", to_string(aim.user())},
        {"compared", "msdyn_name"},  // by another column than the conditions that are there
        {"make", std::string(form.make)},
        {"and make", behind_a_comma(form.make)},
        {"change", change_of(form)},
        {"and change", behind_a_comma(change_of(form))},
        {"property", std::string(form.property)},
        {"value", std::string(form.value)},
        {"collection", std::string(form.collection.empty() ? "nothing" : form.collection)},
        {"other", std::string(form.other.empty() ? "systemusers(~clerk~)" : form.other)},
        {"guarded", std::string(form.guarded.empty() ? "systemusers(~clerk~)" : form.guarded)},
        {"linked", std::string(form.linked.empty() ? "systemusers(~clerk~)" : form.linked)},
        {"state", state_of_rows(aim.table)},
        {"a privilege", to_string(schema::privilege_id(*schema::privilege("prvReadUser")))},
        {"delta", "~delta~"},
    };
    const auto found = std::ranges::find(texts, name, &Text::name);
    if (found != std::end(texts)) return name == "delta" ? "DELTA" : fill(found->value);
    if (name.starts_with(other_row)) {
        name.remove_prefix(other_row.size());
        return to_string(aim.row_of_table(*schema::table(name)).id);
    }
    return to_string(aim.world.named(name));
}

}  // namespace

http::Request request_of(const Way& way, const Aiming& aim) {
    const auto fill = [&](std::string_view text) {
        return filled(text, [&](std::string_view name) { return value_of(name, aim); });
    };
    http::Request out;
    out.method = way.method;
    out.target = std::string(wire_root) + fill(way.path);
    for (auto at = out.target.find(' '); at != std::string::npos; at = out.target.find(' ', at)) {
        out.target.replace(at, 1, "%20");
    }
    const auto body = fill(way.body);
    out.body.assign(body.begin(), body.end());
    if (const auto colon = way.header.find(": "); colon != std::string_view::npos) {
        out.headers.push_back(
            {std::string(way.header.substr(0, colon)), std::string(way.header.substr(colon + 2))}
        );
    }
    if (!body.empty() && out.header("Content-Type") == nullptr) {
        out.headers.push_back({"Content-Type", "application/json"});
    }
    constexpr std::string_view delta = "DELTA";
    const auto at = out.target.find(delta);
    if (at == std::string::npos || !aim.table.tracks_changes) return out;
    // What the token must agree with is the rest of the URL, as the message has it.
    auto message = message_of(out);
    std::string digest(32, 'q');
    if (const auto* changes = std::get_if<messages::RetrieveChanges>(&message)) {
        digest = changes->query_digest;
    }
    out.target.replace(at, delta.size(), aim.world.delta_token(aim.table, aim.who, digest));
    return out;
}

Forecaster::Forecaster(const MatrixWorld& world) : world_(world), state_(state_of(world.world())) {}

bool Forecaster::reads_in_clear(const Uuid& user, const Uuid& record, Clear clear) const {
    const auto cells = reach(world_.world(), as_himself(user));
    return std::ranges::any_of(cells, [&](const Cell& cell) {
        if (cell.record != record) return false;
        const auto level = unmask_level(world_.world(), user, Sight::real, cell.table, cell.column);
        return clear == Clear::of_row || level == 3;
    });
}

bool Forecaster::in_clear(const Aiming& aim, const Uuid& record, Clear clear) const {
    const auto other = world_.acts_for(aim.who);
    return reads_in_clear(world_.user(aim.who), record, clear) &&
           (!other || reads_in_clear(*other, record, clear));
}

std::optional<Forecast> Forecaster::lacks(
    const Uuid& person, const schema::Privilege& privilege, const std::optional<Place>& place
) const {
    const auto how = grip(world_.world(), person, Sight::real, privilege, place.value_or(nowhere));
    if (how == Grip::none) return Forecast{Verdict::denied, Errc::missing_privilege};
    if (!place || how == Grip::here) return std::nullopt;
    return Forecast{Verdict::denied, Errc::no_row_access};
}

std::optional<Forecast> Forecaster::stopped(const Asked& asked, const Uuid& person) const {
    const auto& check = asked.check;
    const auto& aim = asked.aim;
    const auto& table = check.name.empty() ? aim.table : *schema::table(check.name);
    const auto right = [&](const std::optional<Place>& place) {
        return lacks(person, schema::privilege(table, check.right), place);
    };
    switch (check.what) {
        case Check::What::at_all:
            return right(std::nullopt);
        case Check::What::row:
            return right(world_.place(aim.row_of_table(table)));
        case Check::What::retained: {
            const auto stood = world_.world().retained.find(aim.retained());
            if (stood == world_.world().retained.end()) return right(nowhere);
            const auto& owner = stood->second.owner;
            return right(Place{stood->first, owner, unit_of_owner(world_.world(), owner)});
        }
        case Check::What::made: {
            const auto owner = aim.user();
            return right(Place{world_.new_id(), owner, unit_of_owner(world_.world(), owner)});
        }
        case Check::What::whole: {
            auto stops = right(nowhere);
            if (stops && stops->code == Errc::no_row_access) stops->code = check.code;
            return stops;
        }
        case Check::What::clear:
            if (reads_in_clear(person, aim.row().id, Clear::of_row)) return std::nullopt;
            return Forecast{check.verdict, check.code};
        case Check::What::columns: {
            const auto held = rights(world_.world(), person, Sight::real).columns;
            const bool all = std::ranges::all_of(table.columns, [&](const schema::Column& column) {
                return column.type != schema::Type::sealed ||
                       held.contains({table.id, column.id, ColumnUse::update});
            });
            if (all) return std::nullopt;
            return Forecast{check.verdict, check.code};
        }
        case Check::What::general:
            return lacks(person, *schema::privilege(check.name), std::nullopt);
        case Check::What::himself:
            if (aim.row().id == person) return std::nullopt;
            return lacks(
                person, schema::privilege(table, schema::Right::read), world_.place(aim.row())
            );
        default:
            return std::nullopt;
    }
}

bool Forecaster::breaks_a_rule(const Asked& asked) const {
    auto after = world_.world();
    asked.check.effect(after, asked.aim);
    const auto then = state_of(after);
    const auto breaks = [&](const Uuid& user) {
        Deed deed;
        deed.caller.user = user;
        deed.grant_event = true;
        return !judge(state_, then, {}, deed, Names()).empty();
    };
    const auto other = world_.acts_for(asked.aim.who);
    return breaks(world_.user(asked.aim.who)) || (other && breaks(*other));
}

std::optional<Forecast> Forecaster::stopped(const Asked& asked) const {
    const auto& check = asked.check;
    const auto& aim = asked.aim;
    if (check.where != nullptr && !check.where(aim.table)) return std::nullopt;
    const Forecast out{check.verdict, check.code, check.logged};
    switch (check.what) {
        case Check::What::there:
            return MatrixWorld::is_there(aim.row()) ? std::nullopt : std::optional(out);
        case Check::What::table:
            return check.kind(aim.table) ? std::nullopt : std::optional(out);
        case Check::What::always:
            return out;
        case Check::What::alone:
            return aim.who == Who::impersonator ? std::optional(out) : std::nullopt;
        case Check::What::effect:
            if (!breaks_a_rule(asked)) return std::nullopt;
            return Forecast{Verdict::denied, Errc::count_};
        default:
            break;
    }
    if (const auto stops = stopped(asked, world_.user(aim.who))) return stops;
    const auto other = world_.acts_for(aim.who);
    return other ? stopped(asked, *other) : std::nullopt;
}

Forecast Forecaster::operator()(const Way& way, const Aiming& aim) const {
    const auto denied = [](Errc code) { return Forecast{Verdict::denied, code}; };
    const auto& world = world_.world();
    if (row_of(aim.who).name.empty()) {
        return denied(way.make == nullptr ? Errc::unauthenticated : Errc::user_disabled);
    }
    const auto user = world_.user(aim.who);
    if (!stands(world, user, Sight::real)) return denied(Errc::user_disabled);
    if (const auto other = world_.acts_for(aim.who)) {
        const auto& named = world.users.at(*other);
        const bool may = holds(rights(world, user, Sight::real), schema::prv_act_on_behalf) &&
                         grip(
                             world,
                             user,
                             Sight::real,
                             schema::privilege(schema::known::systemuser, schema::Right::read),
                             {*other, *other, named.unit}
                         ) == Grip::here;
        if (!may || !stands(world, *other, Sight::real)) return denied(Errc::impersonation_denied);
    }
    for (const auto& check : way.checks) {
        if (const auto stops = stopped({check, aim})) return *stops;
    }
    return {};
}

}  // namespace rookery::rights
