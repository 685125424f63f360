#include "render_for_test.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace operation_reply_test {

using namespace rookery;
using namespace rookery::odata;

TEST_CASE("WhoAmI carries the hint that client libraries insist on", "[odata]") {
    const auto out = shown(
        context_of("/api/data/v9.1/WhoAmI"),
        messages::WhoAmIReply{id_of(id_text), id_of(other_id_text), id_of(id_text)}
    );
    CHECK(header(out, "x-ms-dop-hint") == "4");
    CHECK(
        body_of(out) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.1/$metadata#"
        "Microsoft.Dynamics.CRM.WhoAmIResponse\",\"BusinessUnitId\":\"" +
            id_text + "\",\"UserId\":\"" + other_id_text + "\",\"OrganizationId\":\"" + id_text +
            "\"}"
    );
}

TEST_CASE("a Restore answers with the record's id, in lower case", "[odata]") {
    const auto out = body_of(shown(
        context_of(
            "/api/data/v9.2/Restore",
            {},
            "POST",
            R"j({"Target":{"@odata.id":"msdyn_octwitterhandlesecrets()j" + id_text + R"j()"}})j"
        ),
        messages::RestoreReply{id_of(id_text)}
    ));
    CHECK(out.ends_with("RestoreResponse\",\"id\":\"" + id_text + "\"}"));
}

TEST_CASE("a retention and its rollback answer with the record's id", "[odata]") {
    const auto body =
        R"j({"Target":{"@odata.id":"msdyn_octwitterhandlesecrets()j" + id_text + R"j()"}})j";
    const auto retained = body_of(shown(
        context_of("/api/data/v9.2/Retain", {}, "POST", body), messages::RetainReply{id_of(id_text)}
    ));
    CHECK(retained.ends_with("RetainResponse\",\"id\":\"" + id_text + "\"}"));
    const auto back = body_of(shown(
        context_of("/api/data/v9.2/RollbackRetain", {}, "POST", body),
        messages::RetainReply{id_of(id_text)}
    ));
    CHECK(back.ends_with("RollbackRetainResponse\",\"id\":\"" + id_text + "\"}"));
}

TEST_CASE("a purge of retained content counts what it ended of each table", "[odata]") {
    messages::PurgeRetainedReply reply;
    reply.ended.emplace_back(schema::table("msdyn_octwitterhandle"), std::uint64_t{7});
    reply.more = true;
    const auto out = body_of(shown(
        context_of(
            "/api/data/v9.2/PurgeRetainedContent", {}, "POST", R"j({"MaxVersionToPurge":9})j"
        ),
        std::move(reply)
    ));
    CHECK(out.ends_with(
        R"j(PurgeRetainedContentResponse","EntityCountCollection":{"Count":1,"IsReadOnly":false,)j"
        R"j("Keys":["msdyn_octwitterhandle"],"Values":[7]},"HasMoreRecords":true})j"
    ));
}

TEST_CASE("ids, a credential and the vault's status have their result types", "[odata]") {
    const auto ids = body_of(shown(
        context_of(
            secrets + "/Microsoft.Dynamics.CRM.CreateMultiple",
            {},
            "POST",
            R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret"}]})j"
        ),
        messages::IdsReply{{id_of(id_text)}}
    ));
    CHECK(ids.ends_with("CreateMultipleResponse\",\"Ids\":[\"" + id_text + "\"]}"));
    const auto credential = body_of(shown(
        context_of(
            "/api/data/v9.2/rky_CreateCredential",
            {},
            "POST",
            "{\"UserId\":\"" + id_text + "\",\"Name\":\"bot\",\"LifetimeSeconds\":3600}"
        ),
        messages::CredentialReply{
            id_of(id_text), SecretBytes::copy_of("rky1_a_b"), *parse_iso8601("2026-01-01")}
    ));
    CHECK(
        credential.find("\"Token\":\"rky1_a_b\",\"ExpiresOn\":\"2026-01-01T00:00:00Z\"") !=
        std::string::npos
    );
    messages::StatusReply status;
    status.vault = id_of(id_text);
    status.version = "0.1.0";
    status.anchor = "in the data directory";
    status.warnings = {"key file on the same disk"};
    status.jobs.resize(2);
    status.jobs[0].name = "scrub";
    status.jobs[1].name = "other";
    status.jobs[1].id = id_of(id_text);
    status.jobs[1].status = messages::JobStatus::in_progress;
    status.jobs[1].progress = {7, 12, 1, "a reason", "a cursor"};
    status.jobs[1].next_start = *parse_iso8601("2026-01-01");
    status.jobs[1].last_completed = *parse_iso8601("2025-12-25");
    const auto text =
        body_of(shown(context_of("/api/data/v9.2/rky_RetrieveVaultStatus"), std::move(status)));
    CHECK(text.find("\"Kind\":\"production\"") != std::string::npos);
    CHECK(
        text.find(
            "\"Anchor\":\"in the data directory\",\"Warnings\":[\"key file on the same disk\"]"
        ) != std::string::npos
    );
    CHECK(
        text.find("\"Jobs\":[{\"Name\":\"scrub\",\"JobId\":null,\"State\":\"Idle\",\"Done\":0,"
                  "\"Total\":0,\"Findings\":0,\"WaitReason\":\"\",\"NextStart\":null,"
                  "\"LastCompleted\":null},{") != std::string::npos
    );
    CHECK(
        text.find("\"State\":\"In Progress\",\"Done\":7,\"Total\":12,\"Findings\":1,"
                  "\"WaitReason\":\"a reason\",\"NextStart\":\"2026-01-01T00:00:00Z\","
                  "\"LastCompleted\":\"2025-12-25T00:00:00Z\"}]") != std::string::npos
    );
    CHECK(text.find("a cursor") == std::string::npos);
}

TEST_CASE("an operation writes its own reply and no other's", "[odata]") {
    const auto status = context_of("/api/data/v9.2/rky_RetrieveVaultStatus");
    CHECK_THROWS_AS(shown(status, messages::RetryReply{}), std::logic_error);
    // Nor does a request that names no operation.
    CHECK_THROWS_AS(shown(context_of(secrets), messages::RetryReply{}), std::logic_error);
    // What several messages answer is written for every operation.
    CHECK(shown(status, messages::NoContent{}).status == 204);
    CHECK(shown(status, messages::ErrorReply{{Errc::not_found, "text", {}}}).status == 404);
}

TEST_CASE("the sync's status says what it does not know as null", "[odata]") {
    const auto context = context_of("/api/data/v9.2/rky_RetrieveSyncStatus");
    messages::SyncStatusReply reply;
    const auto idle = body_of(shown(context, messages::SyncStatusReply{}));
    CHECK(idle.find("\"Configured\":false,\"Organization\":null,\"Due\":0") != std::string::npos);
    CHECK(
        idle.find("\"OldestDue\":null,\"LagSeconds\":0,\"LastSuccess\":null") != std::string::npos
    );
    CHECK(idle.find("\"MissingPrivilege\":null") != std::string::npos);
    reply.configured = true;
    reply.state.organization = "https://contoso.crm.dynamics.com";
    reply.state.errors_by_code["http-500"] = 2;
    reply.missing_privilege = "prvReadUser";
    reply.state.paused_until = *parse_iso8601("2026-01-01T00:02:00Z");
    reply.state.paused_why = "http-429";
    reply.outbox.due = 100'000;
    reply.outbox.at_least = true;
    reply.outbox.oldest_due = *parse_iso8601("2026-01-01T00:00:00Z");
    reply.now = *parse_iso8601("2026-01-01T00:01:30Z");
    reply.open_errors.push_back({"0x80040220", 3});
    const auto text = body_of(shown(context, std::move(reply)));
    CHECK(
        text.find("\"Organization\":\"https://contoso.crm.dynamics.com\",\"Due\":100000") !=
        std::string::npos
    );
    CHECK(text.find("\"AtLeast\":true") != std::string::npos);
    CHECK(text.find("\"LagSeconds\":90") != std::string::npos);
    CHECK(
        text.find("\"PausedUntil\":\"2026-01-01T00:02:00Z\",\"PausedWhy\":\"http-429\"") !=
        std::string::npos
    );
    CHECK(text.find("\"Errors\":[{\"Code\":\"http-500\",\"Count\":2}]") != std::string::npos);
    CHECK(text.find("\"OpenErrors\":[{\"Code\":\"0x80040220\",\"Count\":3}]") != std::string::npos);
    CHECK(text.find("\"MissingPrivilege\":\"prvReadUser\"") != std::string::npos);
    const auto retried = body_of(
        shown(context_of("/api/data/v9.2/rky_RetrySync", {}, "POST"), messages::RetryReply{1000, 7})
    );
    CHECK(retried.find("\"Retried\":1000,\"Left\":7") != std::string::npos);
}

TEST_CASE("an audit entry names columns and never holds control characters", "[odata]") {
    messages::LogEntry entry;
    entry.index = 7;
    entry.time = *parse_iso8601("2026-01-01T00:00:00Z");
    entry.event.table = "msdyn_octwitterhandlesecret";
    entry.event.record = id_of(id_text);
    entry.event.columns = {secret_table().column("msdyn_useraccesstoken")->id, 65000};
    entry.event.client_request_id = "a\x1b[31m\n\xE2\x80\xA8";
    entry.event.extras = {
        {"size", std::uint64_t{3}}, {"name", std::string{"x"}}, {"hash", Bytes{0xAB}}};
    entry.names = {{id_text, "evil\x1b"}};
    entry.names_unsure = {id_text};
    entry.actor_renamed = true;
    entry.event.actor.credential_fingerprint = {0xC0, 1, 2, 3, 4, 5, 6, 0xC7};
    messages::LogReply reply;
    reply.log_size = 12;
    reply.entries.push_back(std::move(entry));
    reply.next_below = 7;
    const auto text =
        body_of(shown(context_of("/api/data/v9.2/rky_RetrieveAuditEvents"), std::move(reply)));
    CHECK(
        text.find(
            R"("Index":7,"Time":"2026-01-01T00:00:00Z","Unreadable":null,"WrittenWhileSealed":false,)"
            R"("Action":"retrieve")"
        ) != std::string::npos
    );
    CHECK(
        text.find("\"Columns\":[\"msdyn_useraccesstoken\",\"column 65000\"]") != std::string::npos
    );
    CHECK(text.find("\"ClientRequestId\":\"a\\u001b[31m\\n\\u2028\"") != std::string::npos);
    CHECK(text.find("\"LogSize\":12,\"Record\":null,\"Events\":[") != std::string::npos);
    CHECK(
        text.find(
            R"("Extras":{"size":3,"name":"x","hash":"ab"},"Names":{")" + id_text +
            R"(":"evil\u001b"},"NamesUnsure":[")" + id_text + R"("]})"
        ) != std::string::npos
    );
    CHECK(
        text.find(R"("ActorRenamed":true,"CredentialFingerprint":"c0010203040506c7",)") !=
        std::string::npos
    );
    CHECK(text.find(R"("RecordName":null,"RecordRenamed":null,)") != std::string::npos);
    CHECK(text.find("\"NextBelow\":7,\"Checkpoint\":null}") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE(
    "an unreadable entry has the members of every other, and says its index and reason", "[odata]"
) {
    messages::LogReply reply;
    messages::LogEntry& readable = reply.entries.emplace_back();
    readable.index = 9;
    readable.time = *parse_iso8601("2026-01-01T00:00:01Z");
    readable.while_sealed = true;
    messages::LogEntry& damaged = reply.entries.emplace_back();
    damaged.index = 8;
    damaged.time = *parse_iso8601("2026-01-01T00:00:00Z");
    damaged.unreadable = audit::Unreadable::details_shut;
    messages::LogEntry& missing = reply.entries.emplace_back();
    missing.index = 7;
    missing.unreadable = audit::Unreadable::row_missing;
    const auto answer = nlohmann::ordered_json::parse(
        body_of(shown(context_of("/api/data/v9.2/rky_RetrieveAuditEvents"), std::move(reply)))
    );
    const auto& events = answer["Events"];
    REQUIRE(events.size() == 3);
    CHECK(events[0]["Unreadable"].is_null());
    CHECK(events[0]["WrittenWhileSealed"] == true);
    CHECK(events[1]["Time"] == "2026-01-01T00:00:00Z");
    CHECK(events[1]["Unreadable"] == "the details do not open");
    CHECK(events[2]["Time"].is_null());
    CHECK(events[2]["Unreadable"] == "the row is missing");
    for (const auto* unreadable : {&events[1], &events[2]}) {
        auto expected = events[0].items().begin();
        for (const auto& [name, value] : unreadable->items()) {
            CHECK(name == expected.key());
            ++expected;
            const bool known = name == "Index" || name == "Time" || name == "Unreadable";
            if (!known) CHECK(value.is_null());
        }
        CHECK(unreadable->size() == events[0].size());
        CHECK((*unreadable)["Index"] == (unreadable == &events[1] ? 8 : 7));
    }
}

TEST_CASE("the readers of a record are shown with ways, profiles and credentials", "[odata]") {
    namespace known = schema::known;
    const auto user = id_of(id_text);
    const auto other = id_of("33333333-3333-4333-8333-333333333333");
    messages::WhoCanReply reply;
    reply.table = &secret_table();
    reply.record = user;
    reply.owner = access::Principal{access::PrincipalKind::team, other};
    reply.columns = {secret_table().column("msdyn_useraccesstoken")};
    access::Reader reader;
    reader.user = user;
    reader.enabled = false;
    reader.paths = {{access::Path::Rule::team, other, user, other, schema::Depth::basic}};
    reader.columns = {
        {reply.columns.front(),
         access::UnmaskLevel::one_record,
         {{other, Uuid{}, access::UnmaskLevel::one_record}}}};
    reply.readers.readers = {reader};
    reply.readers.next_after = user;
    messages::LiveCredential credential;
    credential.id = other;
    credential.fingerprint = {0xC0, 1, 2, 3, 4, 5, 6, 0xC7};
    credential.maker = user;
    credential.expires = *parse_iso8601("2026-01-01T00:00:00Z");
    credential.plaintext = true;
    reply.credentials = {{{credential}, true}};
    reply.names = {{{known::systemuser.id, user}, "evil\x1b"}, {{known::team.id, other}, "Social"}};
    const auto text = body_of(
        shown(context_of("/api/data/v9.2/rky_RetrieveWhoCan?@r=" + id_text), std::move(reply))
    );
    for (const auto* part :
         {R"(#Microsoft.Dynamics.CRM.rky_RetrieveWhoCanResponse",)",
          R"("OwnerKind":"team","OwnerId":"33333333-3333-4333-8333-333333333333","OwnerName":"Social",)",
          R"("Inactive":false,"Columns":["msdyn_useraccesstoken"],)",
          R"("UserName":"evil\u001b","Enabled":false,)",
          R"("Paths":[{"Rule":"team","OwningTeamId":"33333333-3333-4333-8333-333333333333","OwningTeamName":"Social",)",
          R"("RoleName":null,"Depth":"basic",)",
          R"("Unmask":"one_record","Profiles":[{"ProfileId":)",
          R"("HoldingTeamId":null,"HoldingTeamName":null,"Unmask":"one_record"}])",
          R"("Fingerprint":"c0010203040506c7","Name":null,)",
          R"("ConfirmedById":null,"ConfirmedByName":null,"ExpiresOn":"2026-01-01T00:00:00Z",)",
          R"("Plaintext":true,"Administration":false}],"MoreCredentials":true}],)",
          R"("NextAfter":"22222222-2222-4222-8222-222222222222"})"}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
}

TEST_CASE("what a user may do is shown by table, column and privilege", "[odata]") {
    messages::AccessOfReply reply;
    reply.user = id_of(id_text);
    messages::ListedTable table;
    table.access.table = &secret_table();
    table.access.rows.owners = {{access::PrincipalKind::user, reply.user}};
    table.access.columns = {
        {secret_table().column("msdyn_useraccesstoken"),
         false,
         true,
         false,
         access::UnmaskLevel::none}};
    table.owners = 3;
    reply.tables = {table};
    reply.privileges = {
        {schema::privilege(schema::prv_grant_unmask),
         {access::Path::Rule::role, reply.user, reply.user, Uuid{}, schema::Depth::global}}};
    const auto text =
        body_of(shown(context_of("/api/data/v9.2/rky_RetrieveAccessOf"), std::move(reply)));
    for (const auto* part :
         {R"("UserName":null,"Enabled":true,"SystemAdministrator":false,"GrantsPlaintext":true,)",
          R"("ManagesCredentials":false,"Administers":false,)",
          R"("Table":"msdyn_octwitterhandlesecret","Rows":"some","Owners":[{"Kind":"user",)",
          R"("OwnerCount":3,"BusinessUnits":[],"BusinessUnitCount":0,)",
          R"("Column":"msdyn_useraccesstoken","Create":false,"Read":true,"Update":false,"Unmask":"none"})",
          R"("Privilege":"prvrkyGrantUnmask","Table":null,"Depth":"global",)",
          R"("Credentials":[],"MoreCredentials":false})"}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
}

TEST_CASE(
    "an explanation shows the error as the user would get it, or the way that allows", "[odata]"
) {
    const auto context = context_of("/api/data/v9.2/rky_ExplainAccess?@m=Create");
    messages::ExplainReply reply;
    reply.user = id_of(id_text);
    reply.asked = "Create";
    reply.table = &secret_table();
    reply.error = Error{Errc::missing_privilege, "Principal user is missing it", {}, {}};
    reply.missing = &schema::privilege(secret_table(), schema::Right::create);
    reply.rule = "none";
    const auto refused_text = body_of(shown(context, reply));
    CHECK(
        refused_text.find(
            R"("RecordId":null,"Allowed":false,"Code":"0x80040220","Error":"missing_privilege",)"
            R"("Text":"Principal user is missing it","Hint":null,)"
            R"("MissingPrivilege":"prvCreatemsdyn_octwitterhandlesecret","Rule":"none","Path":null,"Rows":0,)"
        ) != std::string::npos
    );
    reply.error.reset();
    reply.allowed = true;
    reply.missing = nullptr;
    reply.path =
        access::Path{access::Path::Rule::owner, reply.user, reply.user, {}, schema::Depth::basic};
    reply.columns = {
        {secret_table().column("msdyn_useraccesstoken"),
         access::ColumnView::masked,
         access::UnmaskLevel::none,
         true}};
    const auto allowed_text = body_of(shown(context, std::move(reply)));
    CHECK(
        allowed_text.find(R"("Allowed":true,"Code":null,"Error":null,"Text":null,"Hint":null,)") !=
        std::string::npos
    );
    CHECK(allowed_text.find(R"("Path":{"Rule":"owner","OwningTeamId":null,)") != std::string::npos);
    CHECK(
        allowed_text.find(
            R"("Column":"msdyn_useraccesstoken","View":"masked","Unmask":"none","Unconfirmed":true})"
        ) != std::string::npos
    );
}

}  // namespace operation_reply_test
