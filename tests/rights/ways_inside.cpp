// What never comes over HTTP: the jobs, the sync and the recovery send it inside the process. Whoever else could get at the
// pipeline would be refused by it.
#include "base/clock.hpp"
#include "rights/forecast.hpp"
#include "rights/matrix_world.hpp"
#include "rights/ways.hpp"
#include "schema/known_tables.hpp"

namespace rookery::rights {
namespace {

using namespace checks;
using enum schema::Right;
using messages::Message;

Way inside(
    std::string_view name, std::vector<Check> checks, Message (*make)(const Aiming& aim),
    bool of_table = false
) {
    return {name, "", "", "", "", std::move(checks), {}, of_table, Clear::never, make};
}

template <class M>
Message plain(const Aiming&) {
    return M{};
}

bool is_synced(const schema::Table& of) { return of.synced; }

std::vector<Check> of_the_jobs() { return {alone(), holds(schema::prv_rewrap)}; }

Message push(const Aiming& aim) {
    messages::CompletePush out;
    out.table = &aim.table;
    out.id = aim.row().id;
    out.versionnumber = 1;
    out.outcome = messages::Pushed{};
    return out;
}

Message detect(const Aiming& aim) {
    messages::DetectDuplicates out;
    out.query.table = &aim.table;
    out.pairs_max = 1;
    return out;
}

Message recovery(const Aiming& aim) { return messages::NoteRecovery{aim.world.named("admin")}; }

storage::RowRef secret(const Aiming& aim) {
    return aim.row_of_table(schema::known::msdyn_octwitterhandlesecret).ref();
}

Message rewrap(const Aiming& aim) {
    messages::RewrapKeys out;
    out.rows.push_back(secret(aim));
    return out;
}

Message rekey(const Aiming& aim) {
    messages::RekeyData out;
    out.batch.rows.push_back(secret(aim));
    return out;
}

Message retag(const Aiming& aim) {
    messages::RetagRows out;
    out.batch.rows.push_back(secret(aim));
    return out;
}

Message job(const Aiming& aim) {
    messages::RecordJob out;
    out.id = aim.row_of_table(schema::known::asyncoperation).id;
    return out;
}

Message run_of_draft(const Aiming& aim) {
    messages::StartRetentionRun out;
    out.config = aim.world.aim(schema::known::retentionconfig, aim.who).id;
    return out;
}

/// The owner's, and the run is his.
Message run_that_is_due(const Aiming& aim) {
    messages::StartRetentionRun out;
    out.config = aim.world.named("due policy");
    out.due = parse_iso8601("2027-01-15T08:00:01Z").value();
    return out;
}

Message retention(const Aiming& aim) {
    messages::RecordRetention out;
    out.operation = aim.world.aim(schema::known::retentionoperation, aim.who).id;
    out.done = 1;
    return out;
}

}  // namespace

std::vector<Way> ways_inside() {
    using namespace messages;
    return {
        inside(
            "rky_CompletePush",
            {alone(), holds(schema::prv_sync), only(is_synced, Errc::invalid_argument)},
            push,
            true
        ),
        inside("rky_DetectDuplicates", {alone(), at_all(read)}, detect, true),
        inside(
            "rky_NoteRecovery",
            {alone(), holds(schema::prv_manage_keys), forbidden(Errc::built_in_protected)},
            recovery
        ),
        inside("rky_EndDeletedRecords", of_the_jobs(), plain<EndDeletedRecords>),
        inside("rky_EndTokenVersions", of_the_jobs(), plain<EndTokenVersions>),
        inside("rky_RewrapKeys", of_the_jobs(), rewrap),
        inside("rky_RekeyData", of_the_jobs(), rekey),
        inside("rky_RetagRows", of_the_jobs(), retag),
        inside("rky_RecordBulkDelete", {alone(), at_all(create, "bulkdeletefailure"), wrong(Errc::not_found)}, plain<RecordBulkDelete>),
        inside("rky_RecordDuplicates", {alone(), at_all(create, "duplicaterecord"), wrong(Errc::not_found)}, plain<RecordDuplicates>),
        // Of a policy that is a draft nothing begins. A run is a job, made by who may make everybody's.
        inside(
            "rky_StartRetentionRun",
            {alone(), at_all(create, "retentionoperation"), at_all(write, "retentionconfig")},
            run_of_draft
        ),
        inside(
            "rky_StartRetentionRun",
            {alone(), at_all(create, "retentionoperation"), whole(create, "asyncoperation")},
            run_that_is_due
        ),
        inside(
            "rky_RecordRetention",
            {alone(), at_all(create, "retentionoperation"), row(write, "retentionoperation")},
            retention
        ),
        inside("rky_RecordJob", {alone(), row(write, "asyncoperation")}, job),
    };
}

}  // namespace rookery::rights
