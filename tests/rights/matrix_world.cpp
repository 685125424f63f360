#include "rights/matrix_world.hpp"

#include "jobs/jobs_principal.hpp"
#include "pipeline/metadata_id.hpp"
#include "rights/matrix_rows.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using messages::Message;
using test::TestVault;
namespace known = schema::known;

constexpr auto lifetime = std::chrono::days{365};  // of credentials; each cell is a second

Variant variant_of(Who who) {
    switch (who) {
        case Who::owner:
        case Who::impersonator:
            return of_owner;
        case Who::share_holder:
            return of_share;
        default:
            return of_team;
    }
}

bool owned_by(const storage::Row& row, const Uuid& user) {
    const auto* owned = row.get<storage::RowRef>("ownerid");
    return owned != nullptr && owned->id == user;
}

}  // namespace

std::string token_of(std::string_view record) {
    return "clear-" + std::string(record.substr(record.find('_') + 1)) + "-clear";
}

MatrixWorld::MatrixWorld() {
    test::value(jobs::ensure_jobs_principal(vault().vault()));
    offer_jobs();
    named_.emplace(
        "sealed column",
        messages::metadata_id(
            known::msdyn_octwitterhandlesecret,
            *known::msdyn_octwitterhandlesecret.column("msdyn_useraccesstokensecret")
        )
    );
    for (const auto* table : schema::tables()) {
        for (std::size_t variant = 0; variant < variants; ++variant) {
            named_.emplace(numbered(*table, variant), scene_.ids().next());
            if (table->bin != schema::Bin::own) continue;
            named_.emplace(numbered_retained(*table, variant), scene_.ids().next());
        }
    }
    for (const auto* name : {"keepers", "published", "condition of it", "due policy"}) {
        named_.emplace(name, scene_.ids().next());
    }
    people();
    rows();
    more_rows();
    shares();
    retained_rows();
    made_by_jobs();
    tokens();
    aims();
}

std::optional<Uuid> MatrixWorld::acts_for(Who who) const {
    if (who != Who::impersonator) return std::nullopt;
    return named(matrix_owner);
}

const Uuid& MatrixWorld::named(std::string_view name) const {
    const auto found = named_.find(name);
    return found != named_.end() ? found->second : scene_[name];
}

std::string MatrixWorld::bearer(const Uuid& of) {
    messages::CreateCredential message{of, "matrix", lifetime};
    const auto reply = vault().run_as_system<messages::CredentialReply>(std::move(message));
    return reply.token.expose([](ByteView token) { return "Bearer " + std::string(text_of(token)); }
    );
}

/// Nobody's is one that was made after where the world goes back to.
void MatrixWorld::tokens() {
    for (const auto& row : caller_rows) {
        if (!row.name.empty()) bearer_[static_cast<std::size_t>(row.who)] = bearer(named(row.name));
    }
    const auto credential = messages::CreateCredential{named("systemuser 0"), "aim", lifetime};
    const auto made = vault().run_as_system<messages::CredentialReply>(credential);
    named_.insert_or_assign(numbered(known::rky_credential, of_team), made.credential);
    act("", "PATCH", "systemusers(~barred~)", R"j({"isdisabled":true})j");
    new_id_ = scene_.ids().next();
}

void MatrixWorld::aims() {
    for (const auto* table : schema::tables()) {
        auto& aims = aims_[table->id];
        for (auto& row : aims) {
            row.table = table;
            row.id = new_id_;
        }
        const auto rows = all_rows(vault(), *table);
        if (rows.empty()) continue;
        for (std::size_t variant = 0; variant < variants; ++variant) {
            const auto is = [&](std::size_t number) {
                const auto id = named(numbered(*table, number));
                return std::ranges::find(rows, id, &storage::Row::id);
            };
            auto found = is(variant);
            if (found == rows.end()) found = is(of_team);
            if (found == rows.end()) {
                found = std::ranges::find_if(rows, [&](const storage::Row& row) {
                    return owned_by(row, named(matrix_owner));
                });
            }
            aims[variant] = found == rows.end() ? rows.front() : *found;
        }
    }
    start_.emplace(vault());
    bearer_[static_cast<std::size_t>(Who::nobody)] = bearer(named("systemuser 0"));
    back();
    (void)image_.read(vault().vault());
}

const storage::Row& MatrixWorld::aim(const schema::Table& table, Who who, bool anothers) const {
    const auto own = variant_of(who);
    const auto other = own == of_owner ? of_team : of_owner;
    return aims_.at(table.id)[anothers ? other : own];
}

Uuid MatrixWorld::retained(const schema::Table& table, Who who) const {
    if (table.bin != schema::Bin::own) return new_id_;
    return named(numbered_retained(table, variant_of(who)));
}

Place MatrixWorld::place(const storage::Row& row) const {
    const auto lookup = [&](std::string_view column) -> std::optional<Uuid> {
        const auto* ref = row.get<storage::RowRef>(column);
        return ref == nullptr ? std::nullopt : std::optional(ref->id);
    };
    Place out;
    out.id = row.id;
    if (row.table->ownership == schema::Ownership::user) {
        out.owner = lookup("ownerid");
        if (out.owner) out.unit = unit_of_owner(world(), *out.owner);
    } else if (row.table == &known::systemuser || row.table == &known::team) {
        out.owner = row.id;
        out.unit = lookup("businessunitid");
    } else if (row.table == &known::role) {
        out.unit = lookup("businessunitid");
    } else if (row.table == &known::businessunit) {
        out.unit = row.id;
    }
    return out;
}

std::string MatrixWorld::delta_token(const schema::Table& table, Who who, const std::string& digest)
    const {
    return scene_.delta_token(table, user(who), digest);
}

bool MatrixWorld::changed() {
    const auto view = vault().vault().view();
    return view.snapshot().versionnumber != versionnumber_ ||
           view.snapshot().keyring_epoch != keyring_epoch_;
}

/// As a server does: by whatever names there are.
void MatrixWorld::offer_jobs() {
    std::vector<std::string> names;
    for (const auto& type : known::asyncoperation.column("operationtype")->options) {
        names.emplace_back(type.label);
    }
    vault().jobs()->offer(names);
}

void MatrixWorld::back() {
    wire_.reset();
    start_->back();
    offer_jobs();
    wire_.emplace(vault().vault());
    const auto view = vault().vault().view();
    versionnumber_ = view.snapshot().versionnumber;
    keyring_epoch_ = view.snapshot().keyring_epoch;
}

std::vector<std::pair<std::string, Uuid>> MatrixWorld::records_of(const schema::Table& table
) const {
    std::vector<std::pair<std::string, Uuid>> out;
    for (std::size_t variant = 0; variant < variants; ++variant) {
        std::vector<std::string> names = {numbered(table, variant)};
        if (table.bin == schema::Bin::own) names.push_back(numbered_retained(table, variant));
        for (auto& name : names) {
            const auto id = named(name);
            out.emplace_back(std::move(name), id);
        }
    }
    return out;
}

std::optional<Errc> MatrixWorld::send(
    Who who, const Message& message, std::vector<audit::Event>& entries
) {
    auto caller = TestVault::caller(row_of(who).name.empty() ? Uuid{} : user(who));
    if (const auto other = acts_for(who)) {
        caller.delegate = caller.user;
        caller.user = *other;
    }
    const auto first = vault().vault().view().snapshot().log_size;
    auto receipt = vault().vault().run(caller, message);
    entries = entries_since(vault().vault(), first);
    if (!receipt) return receipt.error().code;
    const auto reply = messages::take_reply(std::move(*receipt));
    if (!reply) return reply.error().code;
    return std::nullopt;
}

Answer MatrixWorld::ask(Who who, http::Request request) {
    const auto& token = bearer_[static_cast<std::size_t>(who)];
    if (!token.empty()) request.headers.push_back({"Authorization", token});
    if (const auto other = acts_for(who)) {
        request.headers.push_back({"MSCRMCallerID", to_string(*other)});
    }
    request.peer.address = {127, 0, 0, 1};
    return wire_->ask(request);
}

}  // namespace rookery::rights
