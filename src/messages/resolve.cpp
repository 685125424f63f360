#include "messages/resolve.hpp"

#include <algorithm>
#include <set>

#include "messages/complete_push.hpp"
#include "messages/general_needs.hpp"
#include "messages/genesis.hpp"
#include "messages/key_cells.hpp"
#include "messages/needs.hpp"
#include "messages/pair_id.hpp"
#include "messages/sync_principal.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/text_key.hpp"

namespace rookery::messages {
namespace {

using Steps = std::vector<Step>;

/// Alternate keys that earlier rows of the same request took; the view does not know them yet.
class Claims {
 public:
    /// False when another row of this request has the id.
    [[nodiscard]] bool claim(const schema::Table& table, const Uuid& id) {
        return ids_.emplace(table.id, id).second;
    }

    [[nodiscard]] bool claim_key(std::string range_start) {
        return keys_.insert(std::move(range_start)).second;
    }

 private:
    std::set<std::pair<schema::TableId, Uuid>> ids_;
    std::set<std::string> keys_;
};

class Resolver {
 public:
    explicit Resolver(Planning& planning) : planning_(planning) {}

    Result<Steps> operator()(const Rejected& message) { return fail(message.error); }

    Result<Steps> operator()(const Create& message) {
        ROOKERY_TRY(auto step, create(*message.table, message.input, {}));
        if (message.representation) add_representation(step, message.selection);
        return one(std::move(step));
    }

    Result<Steps> operator()(const CreateMultiple& message) {
        Steps steps;
        for (const auto& input : message.rows) {
            ROOKERY_TRY(auto step, create(*message.table, input, {}));
            steps.push_back(std::move(step));
        }
        return steps;
    }

    Result<Steps> operator()(const Upsert& message) {
        ROOKERY_TRY(auto step, upsert(message.target, message.input, message.preconditions));
        if (message.representation) add_representation(step, message.selection);
        return one(std::move(step));
    }

    Result<Steps> operator()(const UpsertMultiple& message) {
        Steps steps;
        for (const auto& item : message.rows) {
            ROOKERY_TRY(auto step, upsert(item.target, item.input, {}));
            // A create has claimed its id already.
            const bool update = std::holds_alternative<UpdateRow>(step.what);
            if (update && !claims_.claim(*step.table, step.id)) {
                return fail(
                    Errc::duplicate_key, "UpsertMultiple has two items for the same record."
                );
            }
            steps.push_back(std::move(step));
        }
        return steps;
    }

    Result<Steps> operator()(const Delete& message) {
        ROOKERY_CHECK(check_removable(*message.target.table));
        ROOKERY_TRY(auto row, planning_.reading.live(message.target, schema::Right::remove));
        auto version = check_version(message.preconditions, *row);
        auto steps = removal_of(std::move(row));
        if (!version) steps.back().problem = version.error();
        return steps;
    }

    Result<Steps> operator()(const Retrieve& message) {
        ROOKERY_TRY(auto row, planning_.reading.live(message.target, schema::Right::read));
        if (message.follow == nullptr) return one(show(std::move(row), message));

        // Following a lookup reads both rows: where it starts, and where it leads.
        Selection nothing;
        auto start = show(row, message);
        start.needs = needs_to_read(*row, nothing, true);
        Steps steps;
        const auto* lookup = row->find(message.follow->id);
        const auto* target = lookup == nullptr ? nullptr : std::get_if<storage::RowRef>(lookup);
        if (target != nullptr && message.follow_to != nullptr &&
            target->table != message.follow_to->id) {
            target = nullptr;  // this navigation leads to another of the lookup's tables
        }
        Result<RowPtr> led{RowPtr{}};
        if (target != nullptr) {
            const auto& table = *schema::table(target->table);
            if (table.outside) {
                led = fail(does_not_exist(table, target->id));
            } else {
                led = planning_.reading.live(table, target->id);
            }
        }
        if (!led) start.problem = led.error();  // names where the lookup leads
        steps.push_back(std::move(start));
        if (led && *led) steps.push_back(show(std::move(*led), message));
        return steps;
    }

    Result<Steps> operator()(const RetrieveMultiple& message) {
        Steps steps;
        if (message.within) {
            ROOKERY_TRY(
                auto parent, planning_.reading.live(message.within->parent, schema::Right::read)
            );
            Step step;
            step.table = parent->table;
            step.id = parent->id;
            step.needs = needs_to_read(*parent, {}, true);
            step.what = ShowRow{std::move(parent), {}};
            steps.push_back(std::move(step));
        }
        Step list;
        list.table = message.table;
        list.needs = needs_to_list(*message.table, message.selection);
        list.what = ShowList{};
        steps.push_back(std::move(list));
        return steps;
    }

    Result<Steps> operator()(const Associate& message) {
        ROOKERY_TRY(auto ends, ends_of(message));
        auto& [parent, child] = ends;
        if (message.association == nullptr) return relink(message, *child, parent->ref());

        const auto& table = *schema::table(message.association->intersect);
        auto [first, second] = in_order(*message.association, parent, child);
        const auto id = pair_id(table, first->id, second->id);
        ROOKERY_TRY(const auto found, planning_.reading.read(table, id));
        Step step;
        step.table = &table;
        step.id = id;
        step.needs = needs_to_link(*first, *second);
        if (found.state == Found::State::live) step.problem = duplicate_id();
        if (auto allowed = check_pair(*first, *second); !allowed) step.problem = allowed.error();
        CreateRow made;
        made.draft.row.table = &table;
        made.draft.row.id = id;
        made.draft.row.row_version = 1;
        made.draft.row.set(message.association->first_column, first->ref());
        made.draft.row.set(message.association->second_column, second->ref());
        step.what = std::move(made);
        return one(std::move(step));
    }

    Result<Steps> operator()(const Disassociate& message) {
        ROOKERY_TRY(auto ends, ends_of(message));
        auto& [parent, child] = ends;
        if (message.association == nullptr) return relink(message, *child, std::nullopt);

        const auto& table = *schema::table(message.association->intersect);
        auto [first, second] = in_order(*message.association, parent, child);
        Step step;
        step.table = &table;
        step.id = pair_id(table, first->id, second->id);
        step.needs = needs_to_link(*first, *second);
        auto pair = planning_.reading.live(table, step.id);
        if (auto allowed = check_pair(*first, *second); !allowed) {
            step.problem = allowed.error();
        } else if (!pair) {
            step.problem = pair.error();
        }
        if (pair) step.what = RemoveRow{std::move(*pair), false};
        return one(std::move(step));
    }

    Result<Steps> operator()(const AddPrivilegesRole& message) {
        ROOKERY_TRY(auto role, editable_role(message.role));
        Steps steps;
        const auto& table = schema::known::roleprivileges;
        ROOKERY_TRY(
            auto held, planning_.reading.children(
                           table, *table.column("roleid"), role->ref(), rows_changed_max + 1
                       )
        );
        for (const auto& wanted : message.privileges) {
            const auto privilege = schema::privilege_id(*wanted.privilege);
            const auto id = pair_id(table, role->id, privilege);
            const auto at = std::ranges::find(held, id, [](const RowPtr& row) { return row->id; });
            Step step;
            step.table = &table;
            step.id = id;
            step.needs = needs_to_change(*role);
            Draft draft;
            if (at != held.end()) {
                draft.row = **at;
                ++draft.row.row_version;
            } else {
                draft.row.table = &table;
                draft.row.id = id;
                draft.row.row_version = 1;
                draft.row.set("roleid", role->ref());
                draft.row.set("privilegeid", storage::RowRef{schema::known::privilege.id, privilege});
            }
            draft.row.set("privilegedepthmask", static_cast<std::int64_t>(wanted.depth));
            if (at != held.end()) {
                step.what = UpdateRow{*at, std::move(draft)};
                held.erase(at);
            } else {
                if (!claims_.claim(table, id)) continue;
                step.what = CreateRow{std::move(draft)};
            }
            steps.push_back(std::move(step));
        }
        if (message.replace) {
            for (auto& left : held) steps.push_back(removal_from(*role, std::move(left)));
        }
        if (steps.empty()) steps.push_back(untouched(*role));
        return steps;
    }

    Result<Steps> operator()(const RemovePrivilegeRole& message) {
        ROOKERY_TRY(auto role, editable_role(message.role));
        const auto& table = schema::known::roleprivileges;
        const auto id = pair_id(table, role->id, schema::privilege_id(*message.privilege));
        auto held = planning_.reading.live(table, id);
        if (held) return one(removal_from(*role, std::move(*held)));
        auto step = untouched(*role);
        step.problem = held.error();
        return one(std::move(step));
    }

    Result<Steps> operator()(const CreateCredential& message) {
        if (message.user == system_user || message.user == sync_user) {
            return fail(Errc::switch_locked, "A user that the vault itself is can hold no credential.");
        }
        ROOKERY_TRY(auto user, planning_.reading.live(schema::known::systemuser, message.user));
        return one(act_on(*user, general_needs(message)));
    }

    Result<Steps> operator()(const RevokeCredential& message) {
        ROOKERY_TRY(
            auto credential,
            planning_.reading.live(schema::known::rky_credential, message.credential)
        );
        // Whoever holds a credential may always give it up.
        const auto* holder = credential->get<storage::RowRef>("systemuserid");
        const bool own = holder != nullptr && holder->id == planning_.caller.user;
        auto step = act_on(
            *credential, own ? needs_of_anyone() : needs_of_general(schema::prv_manage_credentials)
        );
        step.what = RevokeRow{std::move(credential)};
        return one(std::move(step));
    }

    Result<Steps> operator()(const ConfirmCredential& message) {
        ROOKERY_TRY(
            auto credential,
            planning_.reading.live(schema::known::rky_credential, message.credential)
        );
        auto step = act_on(*credential, general_needs(message));
        step.what = ConfirmRow{std::move(credential)};
        return one(std::move(step));
    }

    Result<Steps> operator()(const CompletePush& message) { return resolve_push(planning_, message); }

    Result<Steps> operator()(const RetrieveAccessOf& message) {
        return one(act(needs_to_ask_about(message.user, planning_.caller.user)));
    }

    Result<Steps> operator()(const ExplainAccess& message) {
        return one(act(needs_to_ask_about(message.user, planning_.caller.user)));
    }

    /// What touches no row of the sender's choosing.
    template <General M>
    Result<Steps> operator()(const M& message) {
        return one(act(general_needs(message)));
    }

 private:
    static Steps one(Step step) {
        Steps steps;
        steps.push_back(std::move(step));
        return steps;
    }

    /// A reply that shows the row needs what reading it needs; it is not a GET of one record.
    static void add_representation(Step& step, const Selection& selection) {
        if (step.problem) return;  // there is no row to show
        const auto* created = std::get_if<CreateRow>(&step.what);
        const auto* updated = std::get_if<UpdateRow>(&step.what);
        if (created == nullptr && updated == nullptr) return;
        const auto& row = created != nullptr ? created->draft.row : updated->draft.row;
        const auto reading = needs_to_read(row, selection, false);
        step.needs.rows.insert(step.needs.rows.end(), reading.rows.begin(), reading.rows.end());
        step.needs.columns.insert(
            step.needs.columns.end(), reading.columns.begin(), reading.columns.end()
        );
    }

    static Step act(access::Needs needs) {
        Step step;
        step.needs = std::move(needs);
        step.what = Act{};
        return step;
    }

    static Step act_on(const storage::Row& row, access::Needs needs) {
        auto step = act(std::move(needs));
        step.table = row.table;
        step.id = row.id;
        return step;
    }

    static Step show(RowPtr row, const Retrieve& message) {
        Step step;
        step.table = row->table;
        step.id = row->id;
        step.needs = needs_to_read(*row, message.selection, true);
        step.what = ShowRow{std::move(row), {}};
        return step;
    }

    Authorship author() const { return {planning_.caller.user, planning_.now}; }

    static Result<void> check_version(const Preconditions& preconditions, const storage::Row& row) {
        if (preconditions.must_not_exist) {
            return fail(
                Errc::duplicate_id, "A record with matching key values already exists."
            );
        }
        const bool asked = !preconditions.versions.empty() || preconditions.unmatchable;
        if (asked && std::ranges::find(preconditions.versions, row.versionnumber) ==
                         preconditions.versions.end()) {
            return fail(
                Errc::version_mismatch,
                "The version of the existing record doesn't match the RowVersion property provided."
            );
        }
        return {};
    }

    /// A new row. `given` is the id that the URL named, if it did.
    Result<Step> create(
        const schema::Table& table, const Input& input, std::optional<Uuid> given,
        const KeyValues* key = nullptr
    ) {
        if (!table.writable) return fail(not_offered("Create", table));
        Uuid id = given.value_or(Uuid{});
        if (const auto* cell = input.find(table.primary_id)) {
            const auto* chosen = std::get_if<Uuid>(&cell->value);
            if (chosen != nullptr) id = given.value_or(*chosen);
        }
        if (id.is_nil()) id = Uuid::random(planning_.parts.random);
        if (access::is_built_in_form(id) && !as_system()) {
            Step step;
            step.table = &table;
            step.id = id;
            step.needs = needs_of_table(table, schema::Right::create);
            step.problem = vaults_own();
            return step;
        }
        ROOKERY_TRY(const auto found, planning_.reading.read(table, id));
        if (found.state != Found::State::absent || !claims_.claim(table, id)) {
            return fail(duplicate_id());
        }
        Step step;
        step.table = &table;
        step.id = id;
        auto draft = new_draft(table, id, input, key);
        if (!draft) {
            step.needs = needs_of_table(table, schema::Right::create);
            step.problem = draft.error();
            return step;
        }
        step.needs = needs_to_create(*draft, planning_.caller.user);
        settle(step, *draft, nullptr);
        step.what = CreateRow{std::move(*draft)};
        return step;
    }

    /// `key`: of the URL, when it named the row by one.
    Result<Draft> new_draft(
        const schema::Table& table, const Uuid& id, const Input& input, const KeyValues* key
    ) {
        Input named;
        if (key != nullptr) {
            ROOKERY_TRY(named, cells_of_key(table, *key, input));
        }
        ROOKERY_TRY(
            auto draft, draft_create(
                            planning_.reading, planning_.facts(), table, id, {&named, &input}, author()
                        )
        );
        if (key != nullptr) ROOKERY_CHECK(check_named_by(draft.row, *key));
        return draft;
    }

    Result<Step> upsert(
        const Target& target, const Input& input, const Preconditions& preconditions
    ) {
        const auto& table = *target.table;
        if (const auto* id = std::get_if<Uuid>(&target.by)) {
            ROOKERY_TRY(auto found, planning_.reading.read(table, *id));
            if (found.state == Found::State::live) {
                return update(std::move(found.row), input, preconditions);
            }
            if (preconditions.must_exist) return fail(does_not_exist(table, *id));
            return create(table, input, *id);
        }
        const auto& key = std::get<KeyValues>(target.by);
        auto found = planning_.reading.find_for_caller(table, key, schema::Right::write);
        if (found) return update(std::move(*found), input, preconditions);
        if (found.error().code != Errc::key_not_found || preconditions.must_exist) {
            return fail(found.error());
        }
        return create(table, input, {}, &key);
    }

    Result<Step> update(RowPtr before, const Input& input, const Preconditions& preconditions) {
        const auto& table = *before->table;
        if (!table.writable) return fail(not_offered("Update", table));
        Step step;
        step.table = &table;
        step.id = before->id;
        auto allowed = only_disables_sync(*before, input) ? Result<void>{} : check_fixed(*before);
        if (allowed) allowed = check_version(preconditions, *before);
        auto draft = draft_update(planning_.reading, planning_.facts(), *before, input, author());
        if (!draft) {
            step.needs = needs_to_change(*before);
            step.problem = allowed ? draft.error() : allowed.error();
            return step;
        }
        step.needs = needs_to_update(*before, *draft);
        settle(step, *draft, before.get());
        if (!allowed) step.problem = allowed.error();
        step.what = UpdateRow{std::move(before), std::move(*draft)};
        return step;
    }

    /// The checks that depend on other rows.
    void settle(Step& step, const Draft& draft, const storage::Row* before) {
        // The handle first: only who may append to it hears whether it has a record already.
        auto settled = bind_handle(draft, before, step.needs);
        if (settled) settled = check_name(draft.row, before);
        if (settled) settled = check_permission(draft.row);
        if (settled) settled = check_keys(before, draft.row);
        if (!settled) step.problem = settled.error();
    }

    /// Nobody passes for the vault itself by a name.
    Result<void> check_name(const storage::Row& row, const storage::Row* before) const {
        constexpr std::string_view users[] = {"SYSTEM", sync_name};
        constexpr std::string_view roles[] = {system_administrator_name, system_role_name, sync_name};
        std::span<const std::string_view> taken;
        if (row.table == &schema::known::systemuser) taken = users;
        if (row.table == &schema::known::role) taken = roles;
        const auto* name = row.get<std::string>(row.table->primary_name);
        if (taken.empty() || name == nullptr || as_system()) return {};
        const auto* old =
            before == nullptr ? nullptr : before->get<std::string>(row.table->primary_name);
        if (old != nullptr && *old == *name) return {};
        const auto key = storage::text_key(*name);
        for (const auto one : taken) {
            if (storage::text_key(one) != key) continue;
            return fail(
                Errc::duplicate_key, "The column '" + std::string(row.table->primary_name) +
                                         "' has a name that is the vault's own."
            );
        }
        return {};
    }

    /// Column security is for sealed columns, in the one spelling that access compares: any other
    /// permission would grant nothing and look as if it did.
    static Result<void> check_permission(const storage::Row& row) {
        if (row.table != &schema::known::fieldpermission) return {};
        const auto names = [&](std::string_view column) {
            const auto* text = row.get<std::string>(column);
            return text == nullptr ? std::string_view{} : std::string_view{*text};
        };
        const auto* table = schema::table(names("entityname"));
        if (table == nullptr) return fail(names_nothing("entityname", "a table"));
        const auto* column = table->column(names("attributelogicalname"));
        if (column == nullptr || column->type != schema::Type::sealed) {
            return fail(names_nothing("attributelogicalname", "a secured column of that table"));
        }
        return {};
    }

    static Error names_nothing(std::string_view column, std::string_view what) {
        return {
            Errc::invalid_argument,
            "The column '" + std::string(column) + "' of 'fieldpermission' must be the logical name of " +
                std::string(what) + ".",
            {}, {}
        };
    }

    /// No second row may have the values of an alternate key.
    Result<void> check_keys(const storage::Row* before, const storage::Row& after) {
        for (const auto& key : after.table->keys) {
            std::vector<storage::Value> values;
            bool same = before != nullptr;
            for (const auto column : key.columns) {
                const auto* value = after.find(column);
                if (value == nullptr) break;
                const auto* old = before == nullptr ? nullptr : before->find(column);
                same = same && old != nullptr && *old == *value;
                values.push_back(*value);
            }
            if (same || values.size() != key.columns.size()) continue;
            const KeyValues wanted{&key, std::move(values)};
            const auto range = storage::by_key(*after.table, key, wanted.values);
            if (range.lower == range.upper) continue;  // a blank text: it is in no index
            const auto taken = planning_.reading.find(*after.table, wanted);
            if (!taken && taken.error().code != Errc::key_not_found) return fail(taken.error());
            const bool other = taken && (*taken)->id != after.id;
            if (other || !claims_.claim_key(range.lower)) {
                // The other row is not named: the caller may not know it.
                return fail(
                    Errc::duplicate_key,
                    "Entity Key " + std::string(key.name) +
                        " violated. A record with the same value already exists. A duplicate "
                        "record cannot be created."
                );
            }
        }
        return {};
    }

    /// A record is bound to a unique handle id only by somebody who may append to the handle row
    /// that carries it: otherwise anyone could take the place that an agent asks by. A handle that he
    /// knows nothing of is not there.
    Result<void> bind_handle(
        const Draft& draft, const storage::Row* before, access::Needs& needs
    ) {
        const auto& row = draft.row;
        if (row.table != &schema::known::msdyn_octwitterhandlesecret) return {};
        const auto* unique = row.get<std::string>("msdyn_octwitteruniquehandleid");
        const auto* old =
            before == nullptr ? nullptr : before->get<std::string>("msdyn_octwitteruniquehandleid");
        if (unique == nullptr || (old != nullptr && *old == *unique)) return {};
        const auto& handles = schema::known::msdyn_octwitterhandle;
        auto handle = planning_.reading.find_for_caller(
            handles, {&handles.keys.front(), {*unique}}, schema::Right::append_to
        );
        if (!handle && handle.error().code != Errc::key_not_found) return fail(handle.error());
        if (!handle) {
            return fail(
                Errc::invalid_argument,
                "No msdyn_octwitterhandle within the caller's reach carries this "
                "msdyn_octwitteruniquehandleid.",
                "create the handle first, or ask for rights on it"
            );
        }
        const auto* lookup = row.get<storage::RowRef>("msdyn_octwitterhandleid");
        if (lookup != nullptr && lookup->id != (*handle)->id) {
            return fail(
                Errc::invalid_argument,
                "msdyn_octwitterhandleid names another handle than msdyn_octwitteruniquehandleid."
            );
        }
        add_need(needs, schema::Right::append_to, **handle);
        return {};
    }

    /// The rows that an association or a 1:N relationship has at its ends: parent, child.
    template <class Message>
    Result<std::pair<RowPtr, RowPtr>> ends_of(const Message& message) {
        using enum schema::Right;
        const bool pair = message.association != nullptr;
        ROOKERY_TRY(auto parent, planning_.reading.live(message.parent, pair ? append : append_to));
        ROOKERY_TRY(auto child, planning_.reading.live(message.child, pair ? append : write));
        return std::pair{std::move(parent), std::move(child)};
    }

    template <class Message>
    Result<Steps> relink(
        const Message& message, const storage::Row& child, std::optional<storage::RowRef> parent
    ) {
        const auto* column = child.table->column(message.relationship->referencing_column);
        Input input;
        if (parent) {
            input.cells.push_back({column, Target{schema::table(parent->table), parent->id}});
        } else {
            input.cells.push_back({column, std::monostate{}});
        }
        Preconditions existing;
        existing.must_exist = true;
        ROOKERY_TRY(auto step, upsert({child.table, child.id}, input, existing));
        return one(std::move(step));
    }

    static std::pair<RowPtr, RowPtr> in_order(
        const schema::Association& association, RowPtr parent, RowPtr child
    ) {
        if (parent->table->name == association.first) return {std::move(parent), std::move(child)};
        return {std::move(child), std::move(parent)};
    }

    [[nodiscard]] bool as_system() const {
        return planning_.caller.method == access::AuthMethod::system;
    }

    static bool is_syncs(const Uuid& id) { return id == sync_user || id == sync_role; }

    static Error duplicate_id() {
        return {Errc::duplicate_id, "Cannot insert duplicate key.", {}, {}};
    }

    static Error vaults_own() {
        return {
            Errc::switch_locked, "This record belongs to the vault and cannot be changed.", {}, {}
        };
    }

    /// The built-in principals and roles are the vault's own. What the sync is made of is written by
    /// SYSTEM alone, which puts rights into the role without asking who holds it.
    Result<void> check_fixed(const storage::Row& row) const {
        const bool fixed = row.id == system_user || row.id == system_role ||
                           row.id == system_administrator_role;
        if (fixed || (is_syncs(row.id) && !as_system())) return fail(vaults_own());
        return {};
    }

    /// Whoever may disable users may stop the sync, and let it go on.
    static bool only_disables_sync(const storage::Row& row, const Input& input) {
        const auto* disabled = schema::known::systemuser.column("isdisabled");
        return row.table == &schema::known::systemuser && row.id == sync_user &&
               std::ranges::all_of(input.cells, [&](const InputCell& cell) {
                   return cell.column == disabled;
               });
    }

    /// The pairs of the vault's own users, and of the roles that are theirs alone, are the vault's: whoever
    /// else held such a role would get whatever SYSTEM puts into it. Taking one away from somebody who got
    /// it before stays open.
    Result<void> check_pair(const storage::Row& first, const storage::Row& second) const {
        if (as_system()) return {};
        const auto is_own_user = [](const storage::Row& row) {
            return row.table == &schema::known::systemuser && access::is_built_in_user(row.id);
        };
        const bool gives = std::holds_alternative<Associate>(planning_.message);
        const bool reserved =
            second.table == &schema::known::role && access::is_reserved_role(second.id);
        const bool own = is_own_user(first) || is_own_user(second);
        if (own && !gives) {
            return fail(
                Errc::last_administrator, "What the vault's own users hold cannot be taken away."
            );
        }
        if (own || (gives && reserved)) return fail(vaults_own());
        return {};
    }

    Result<RowPtr> editable_role(const Target& target) {
        ROOKERY_TRY(auto role, planning_.reading.live(target, schema::Right::write));
        ROOKERY_CHECK(check_fixed(*role));
        return role;
    }

    static Step removal_from(const storage::Row& role, RowPtr held) {
        Step step;
        step.table = held->table;
        step.id = held->id;
        step.needs = needs_to_change(role);
        step.what = RemoveRow{std::move(held), false};
        return step;
    }

    static Step untouched(const storage::Row& role) { return act_on(role, needs_to_change(role)); }

    static Error not_offered(std::string_view message, const schema::Table& table) {
        return {
            Errc::method_not_allowed,
            "The '" + std::string(message) + "' method does not support entities of type '" +
                std::string(table.name) + "'.",
            {}, {}
        };
    }

    static Result<void> check_removable(const schema::Table& table) {
        if (!table.writable && !table.removable) return fail(not_offered("Delete", table));
        if (&table == &schema::known::systemuser) {
            return fail(
                Errc::restricted, "A user cannot be deleted.", "disable it: isdisabled = true"
            );
        }
        return {};
    }

    /// The row and everything its relationships take with it, children first.
    Steps removal_of(RowPtr row) {
        auto allowed = check_fixed(*row);
        if (row->id == sync_role) {  // an id is used once: it could not be made again
            allowed = fail(Errc::switch_locked, "The role of the sync cannot be deleted.");
        }
        Steps steps;
        if (allowed) allowed = collect(row, nullptr, steps);
        if (!allowed) {
            Step step;
            step.table = row->table;
            step.id = row->id;
            step.needs = needs_to_remove(*row);
            step.problem = allowed.error();
            step.what = RemoveRow{std::move(row), false};
            steps.clear();
            steps.push_back(std::move(step));
        }
        return steps;
    }

    /// `root`: what the request names; null when it is this row itself.
    Result<void> collect(RowPtr row, const storage::Row* root, Steps& steps) {
        if (!claims_.claim(*row->table, row->id)) return {};  // reached on another way already
        for (const auto& relationship : schema::relationships()) {
            if (!relationship.built || relationship.referenced != row->table->name) continue;
            const bool follows = relationship.on_delete == schema::Cascade::cascade;
            const bool blocks = relationship.on_delete == schema::Cascade::restrict;
            if (!follows && !blocks) continue;
            const auto& table = *schema::table(relationship.referencing);
            const auto& column = *table.column(relationship.referencing_column);
            if (column.derived) continue;  // whom it is derived from stands in the way
            ROOKERY_TRY(
                auto children,
                planning_.reading.children(
                    table, column, row->ref(),
                    blocks ? 1 : rows_changed_max + 1 - std::min(steps.size(), rows_changed_max)
                )
            );
            if (blocks && !children.empty()) return fail(in_use(*row->table, table));
            for (auto& child : children) {
                ROOKERY_CHECK(collect(std::move(child), root == nullptr ? row.get() : root, steps));
            }
        }
        ROOKERY_CHECK(check_owns_nothing(*row));
        if (steps.size() >= rows_changed_max) {
            return fail(
                Errc::too_many_rows,
                "This would delete more than " + std::to_string(rows_changed_max) + " records.",
                "delete the children first, in parts"
            );
        }
        Step step;
        step.table = row->table;
        step.id = row->id;
        // What goes with its parent needs what its own removal would.
        ROOKERY_TRY(step.needs, needs_to_part_with(*row));
        step.what = RemoveRow{std::move(row), root != nullptr};
        steps.push_back(std::move(step));
        return {};
    }

    /// What removing this row needs by itself: a pair ends by Disassociate, a privilege leaves its role by
    /// RemovePrivilegeRole.
    Result<access::Needs> needs_to_part_with(const storage::Row& row) {
        if (!row.table->intersect) return needs_to_remove(row);
        const auto association = std::ranges::find(
            schema::associations(), row.table->name, &schema::Association::intersect
        );
        const auto end = [&](std::string_view column) -> Result<RowPtr> {
            const auto& ref = *row.get<storage::RowRef>(column);
            return planning_.reading.live(*schema::table(ref.table), ref.id);
        };
        ROOKERY_TRY(const auto first, end(association->first_column));
        if (row.table == &schema::known::roleprivileges) return needs_to_change(*first);
        ROOKERY_TRY(const auto second, end(association->second_column));
        return needs_to_link(*first, *second);
    }

    /// A team that owns records cannot go: they would belong to nobody.
    Result<void> check_owns_nothing(const storage::Row& row) {
        if (row.table != &schema::known::team) return {};
        for (const auto* table : schema::tables()) {
            if (table->ownership != schema::Ownership::user) continue;
            ROOKERY_TRY(
                const auto owned,
                planning_.reading.children(*table, *table->column("ownerid"), row.ref(), 1)
            );
            if (!owned.empty()) return fail(in_use(*row.table, *table));
        }
        return {};
    }

    static Error in_use(const schema::Table& table, const schema::Table& child) {
        return {
            Errc::restricted,
            "The object you tried to delete is associated with another object and cannot be "
            "deleted: " + std::string(table.name) + " is referenced by " + std::string(child.name) + ".",
            {}, {}
        };
    }

    Planning& planning_;
    Claims claims_;
};

}  // namespace

Result<std::vector<Step>> resolve(Planning& planning) {
    return std::visit(Resolver(planning), planning.message);
}

}  // namespace rookery::messages
