#include "odata/render.hpp"

#include "base/percent_encode.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/response/error_body.hpp"
#include "odata/response/formatted_value.hpp"
#include "render_for_test.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace render_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

/// A secret's row with every kind of value.
messages::ShownRow shown_row() {
    auto row = std::make_unique<storage::Row>();
    row->table = &secret_table();
    row->id = id_of(id_text);
    row->versionnumber = 40213;
    const auto& table = secret_table();
    row->cells = {};
    const auto put = [&](std::string_view name, storage::Value value) {
        row->cells.push_back({table.column(name)->id, std::move(value)});
    };
    put("msdyn_name", std::string{"acme \"eu\" <b>"});
    put("ownerid", storage::RowRef{schema::table("team")->id, id_of(other_id_text)});
    put("createdon", *parse_iso8601("2026-02-03T16:05:06Z"));
    put("statecode", std::int64_t{0});
    put("importsequencenumber", std::int64_t{1234567});
    messages::ShownRow out;
    out.row = std::move(row);
    return out;
}

void show(
    messages::ShownRow& row, std::string_view name, messages::Shown value,
    std::string formatted = {}
) {
    const auto* column = secret_table().column(name);
    REQUIRE(column != nullptr);
    row.cells.push_back({column, std::move(value), std::move(formatted)});
}

const storage::Value* stored(const messages::ShownRow& row, std::string_view name) {
    const auto id = secret_table().column(name)->id;
    for (const auto& cell : row.row->cells) {
        if (cell.column == id) return &cell.value;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("one row is shown with context, tag and its properties in order", "[odata]") {
    const auto context =
        context_of(secrets + "(" + id_text + ")?$select=msdyn_name,_ownerid_value");
    auto row = shown_row();
    show(row, "msdyn_name", stored(row, "msdyn_name"));
    show(row, "ownerid", stored(row, "ownerid"));
    show(row, "msdyn_octwitteruniquehandleid", {});
    show(row, "createdon", stored(row, "createdon"));
    show(row, "statecode", stored(row, "statecode"));
    show(row, "versionnumber", {});
    show(row, "msdyn_octwitterhandlesecretid", {});
    messages::RowReply reply;
    reply.row = std::move(row);
    const auto out = shown(context, std::move(reply));
    CHECK(out.status == 200);
    CHECK(
        body_of(out) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata#"
        "msdyn_octwitterhandlesecrets(msdyn_name,_ownerid_value)/$entity\","
        "\"@odata.etag\":\"W/\\\"40213\\\"\",\"msdyn_name\":\"acme \\\"eu\\\" \\u003cb>\","
        "\"_ownerid_value\":\"33333333-3333-4333-8333-333333333333\","
        "\"msdyn_octwitteruniquehandleid\":null,\"createdon\":\"2026-02-03T16:05:06Z\","
        "\"statecode\":0,\"versionnumber\":40213,"
        "\"msdyn_octwitterhandlesecretid\":\"22222222-2222-4222-8222-222222222222\"}"
    );
    CHECK(header(out, "ETag") == "W/\"40213\"");
    CHECK(header(out, "OData-Version") == "4.0");
    CHECK(header(out, "Content-Type") == "application/json; odata.metadata=minimal");
    CHECK(header(out, "REQ_ID") == "aaaaaaaa-0000-4000-8000-000000000000");
    CHECK(header(out, "x-ms-service-request-id") == "aaaaaaaa-0000-4000-8000-000000000000");
    CHECK(header(out, "Audit-Log") == "vault.example.com/audit/n1/42");
    CHECK(header(out, "Cache-Control") == "no-cache, no-store");
}

TEST_CASE("annotations stand before the property they describe, only when asked for", "[odata]") {
    const auto context =
        context_of(secrets + "(" + id_text + ")", {{"Prefer", "odata.include-annotations=\"*\""}});
    auto row = shown_row();
    show(row, "ownerid", stored(row, "ownerid"), "Team Blue");
    show(row, "createdon", stored(row, "createdon"));
    show(row, "statecode", stored(row, "statecode"));
    show(row, "importsequencenumber", stored(row, "importsequencenumber"));
    show(row, "msdyn_octwitterhandleid", {});
    messages::RowReply reply;
    reply.row = std::move(row);
    const auto out = shown(context, std::move(reply));
    const auto text = body_of(out);
    CHECK(
        text.find(
            "\"_ownerid_value@OData.Community.Display.V1.FormattedValue\":\"Team Blue\","
            "\"_ownerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty\":\"ownerid\","
            "\"_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname\":\"team\","
            "\"_ownerid_value\":\"33333333-3333-4333-8333-333333333333\","
            "\"createdon@OData.Community.Display.V1.FormattedValue\":\"2/3/2026 4:05 PM\","
        ) != std::string::npos
    );
    CHECK(
        text.find("\"statecode@OData.Community.Display.V1.FormattedValue\":\"Active\"") !=
        std::string::npos
    );
    CHECK(text.find("FormattedValue\":\"1,234,567\"") != std::string::npos);
    CHECK(text.find("_msdyn_octwitterhandleid_value@") == std::string::npos);
    CHECK(header(out, "Preference-Applied") == "odata.include-annotations=\"*\"");
}

TEST_CASE(
    "sealed columns show a token, the mask or null, and the header tells which is which", "[odata]"
) {
    const auto context = context_of(secrets + "(" + id_text + ")");
    auto row = shown_row();
    show(row, "msdyn_useraccesstoken", SecretBytes::copy_of("to\"ken"));
    show(row, "msdyn_useraccesstokensecret", messages::Masked{});
    messages::RowReply reply;
    reply.row = std::move(row);
    const auto* const masked = secret_table().column("msdyn_useraccesstokensecret");
    reply.masked = {{masked, messages::MaskReason::no_permission}};
    SECTION("a permission that was not used") {
        reply.masked.front().reason = messages::MaskReason::not_asked;
        const auto out = shown(context, std::move(reply));
        CHECK(body_of(out).find("\"msdyn_useraccesstoken\":\"to\\\"ken\"") != std::string::npos);
        CHECK(
            body_of(out).find("\"msdyn_useraccesstokensecret\":\"********\"") != std::string::npos
        );
        CHECK(header(out, "Rky-Masked") == "msdyn_useraccesstokensecret; add UnMaskedData=true");
    }
    SECTION("no permission") {
        const auto out = shown(context, std::move(reply));
        CHECK(header(out, "Rky-Masked") == "msdyn_useraccesstokensecret; no unmask permission");
    }
    SECTION("a permission for one record at a time") {
        reply.masked.front().reason = messages::MaskReason::one_record;
        const auto out = shown(context, std::move(reply));
        CHECK(
            header(out, "Rky-Masked") ==
            "msdyn_useraccesstokensecret; GET one record with UnMaskedData=true"
        );
    }
    SECTION("an inactive record") {
        reply.masked.front().reason = messages::MaskReason::inactive;
        const auto out = shown(context, std::move(reply));
        CHECK(header(out, "Rky-Masked") == "msdyn_useraccesstokensecret; inactive record");
    }
    SECTION("each reason names its own columns") {
        reply.masked.push_back(
            {secret_table().column("msdyn_useraccesstoken"), messages::MaskReason::not_asked}
        );
        const auto out = shown(context, std::move(reply));
        CHECK(header(out, "Rky-Masked") == "msdyn_useraccesstoken; add UnMaskedData=true");
        CHECK(std::ranges::count(headers(out), "Rky-Masked", &http::Header::name) == 2);
    }
}

TEST_CASE("a stored sealed value or digest that reaches rendering is null", "[odata]") {
    const auto context = context_of(secrets + "(" + id_text + ")");
    const storage::Value sealed = storage::SealedValue{1, Bytes{'s', 'e', 'c'}};
    const storage::Value digest = Digest{};
    auto row = shown_row();
    show(row, "msdyn_useraccesstoken", &sealed);
    show(row, "msdyn_useraccesstokensecret", &digest);
    messages::RowReply reply;
    reply.row = std::move(row);
    const auto text = body_of(shown(context, std::move(reply)));
    CHECK(text.find("\"msdyn_useraccesstoken\":null") != std::string::npos);
    CHECK(text.find("\"msdyn_useraccesstokensecret\":null") != std::string::npos);
}

TEST_CASE("a written row carries the version that the ledger gave it", "[odata]") {
    const auto context = context_of(
        secrets, {{"Prefer", "return=representation"}}, "POST", R"j({"msdyn_name":"a"})j"
    );
    auto row = shown_row();
    row.written = 2;
    show(row, "versionnumber", {});
    messages::RowReply reply;
    reply.row = std::move(row);
    reply.created = true;
    const auto out = shown(context, std::move(reply));
    CHECK(out.status == 201);
    CHECK(body_of(out).find("W/\\\"5003\\\"") != std::string::npos);
    CHECK(body_of(out).find("\"versionnumber\":5003") != std::string::npos);
    CHECK(header(out, "Preference-Applied") == "return=representation");
    CHECK(header(out, "OData-EntityId").empty());
}

TEST_CASE("204 names the row in the form of the request", "[odata]") {
    const messages::NoContent done{&secret_table(), id_of(id_text), true};
    const auto by_id = shown(context_of(secrets, {}, "POST", "{}"), done);
    CHECK(by_id.status == 204);
    CHECK(by_id.body.empty());
    CHECK(
        header(by_id, "OData-EntityId") ==
        "https://vault.example.com/api/data/v9.2/msdyn_octwitterhandlesecrets(" + id_text + ")"
    );
    const std::string key = "(msdyn_octwitteruniquehandleid='a%20b')";
    const auto by_key = shown(context_of(secrets + key, {}, "PATCH", "{}"), done);
    CHECK(
        header(by_key, "OData-EntityId") ==
        "https://vault.example.com/api/data/v9.2/msdyn_octwitterhandlesecrets" + key
    );
    const auto property = shown(
        context_of(secrets + "(" + id_text + ")/msdyn_name", {}, "PUT", R"j({"value":"a"})j"), done
    );
    CHECK(header(property, "OData-EntityId").empty());
    const auto removed =
        shown(context_of(secrets + "(" + id_text + ")", {}, "DELETE"), messages::NoContent{});
    CHECK(removed.status == 204);
    CHECK(header(removed, "OData-EntityId").empty());
}

TEST_CASE("a property is shown as its value", "[odata]") {
    const auto context = context_of(secrets + "(" + id_text + ")/msdyn_name");
    auto row = shown_row();
    show(row, "msdyn_name", stored(row, "msdyn_name"));
    messages::RowReply reply;
    reply.row = std::move(row);
    reply.property = secret_table().column("msdyn_name");
    CHECK(
        body_of(shown(context, std::move(reply))) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata#"
        "msdyn_octwitterhandlesecrets(22222222-2222-4222-8222-222222222222)/msdyn_name\","
        "\"value\":\"acme \\\"eu\\\" \\u003cb>\"}"
    );
    CHECK(shown(context, messages::NullReply{}).status == 204);
    CHECK(shown(context, messages::NotModified{}).status == 304);
}

TEST_CASE("$value is a property's value as text, and nothing else", "[odata]") {
    const auto raw = [](std::string_view name, messages::Shown value) {
        auto context = context_of(secrets + "(" + id_text + ")/" + std::string{name} + "/$value");
        auto row = shown_row();
        if (std::holds_alternative<const storage::Value*>(value)) value = stored(row, name);
        show(row, name, std::move(value));
        messages::RowReply reply;
        reply.row = std::move(row);
        reply.property = secret_table().column(name);
        if (std::holds_alternative<messages::Masked>(reply.row.cells.back().value)) {
            reply.masked.push_back({reply.property, messages::MaskReason::no_permission});
        }
        return shown(context, std::move(reply));
    };
    const storage::Value* held = nullptr;
    const auto text = raw("msdyn_name", held);
    CHECK(body_of(text) == "acme \"eu\" <b>");
    CHECK(header(text, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(body_of(raw("importsequencenumber", held)) == "1234567");
    CHECK(body_of(raw("createdon", held)) == "2026-02-03T16:05:06Z");
    CHECK(body_of(raw("msdyn_octwitterhandlesecretid", held)) == id_text);
    CHECK(body_of(raw("versionnumber", held)) == "40213");
    const auto masked = raw("msdyn_useraccesstoken", messages::Masked{});
    CHECK(body_of(masked) == "********");
    CHECK_FALSE(header(masked, "Rky-Masked").empty());
    CHECK(body_of(raw("msdyn_useraccesstoken", SecretBytes::copy_of("t\"k"))) == "t\"k");
}

TEST_CASE("a list has its count before and its link after the rows", "[odata]") {
    const auto context = context_of(
        secrets + "?$select=msdyn_name&$filter=statecode%20eq%200&%24skiptoken=" +
            percent_encode(wrap_paging_token({2, "one"})),
        {{"Prefer", "odata.maxpagesize=1"}}
    );
    messages::ListReply reply;
    reply.table = &secret_table();
    auto row = shown_row();
    show(row, "msdyn_name", stored(row, "msdyn_name"));
    reply.rows.push_back(std::move(row));
    reply.count = 3;
    reply.next_token = "two";
    const auto out = shown(context, std::move(reply));
    const auto text = body_of(out);
    CHECK(
        text.find("#msdyn_octwitterhandlesecrets(msdyn_name)\",\"@odata.count\":3,\"value\":[{") !=
        std::string::npos
    );
    const std::string link = "\"@odata.nextLink\":\"https://vault.example.com" + secrets +
                             "?$select=msdyn_name&$filter=statecode%20eq%200&$skiptoken=" +
                             percent_encode(wrap_paging_token({3, "two"})) + "\"}";
    CHECK(text.ends_with(link));
    CHECK(header(out, "Preference-Applied") == "odata.maxpagesize=1");
}

TEST_CASE(
    "a delta has changed rows, removed ones and a link, and a tracked list a link", "[odata]"
) {
    const auto path = secrets + "?$select=msdyn_name";
    const auto context = context_of(path + "&$deltatoken=old");
    storage::Row stored_row;
    stored_row.table = &secret_table();
    stored_row.id = id_of(id_text);
    const auto changed = std::make_shared<const storage::Row>(stored_row);
    const auto reply_of = [&] {
        messages::ListReply reply;
        reply.table = &secret_table();
        reply.rows.emplace_back().row = changed;
        reply.delta = messages::DeltaReply{{id_of("bbbbbbbb-0000-4000-8000-000000000000")}, {}};
        return reply;
    };
    auto last = reply_of();
    last.delta_token = "new";
    const std::string link = "https://vault.example.com" + path + "&$deltatoken=";
    auto text = body_of(shown(context, std::move(last)));
    CHECK(text.find("#msdyn_octwitterhandlesecrets(msdyn_name)/$delta\"") != std::string::npos);
    CHECK(text.ends_with(
        "#msdyn_octwitterhandlesecrets/$deletedEntity\","
        "\"id\":\"bbbbbbbb-0000-4000-8000-000000000000\",\"reason\":\"deleted\"}],"
        "\"@odata.deltaLink\":\"" +
        link + "new\"}"
    ));
    auto page = reply_of();
    page.delta->next_token = "page";
    text = body_of(shown(context, std::move(page)));
    CHECK(text.ends_with("\"@odata.nextLink\":\"" + link + "page\"}"));

    const auto tracked = context_of(path, {{"Prefer", "odata.track-changes"}});
    messages::ListReply list;
    list.table = &secret_table();
    list.delta_token = "first";
    const auto out = shown(tracked, std::move(list));
    CHECK(body_of(out).ends_with("\"value\":[],\"@odata.deltaLink\":\"" + link + "first\"}"));
    CHECK(body_of(out).find("$delta\"") == std::string::npos);
    CHECK(header(out, "Preference-Applied") == "odata.track-changes");
}

TEST_CASE("a lookup's reference is the URL of the row that it leads to", "[odata]") {
    const auto lookup = secrets + "(" + id_text + ")/ownerid";
    const auto reply_of = [](std::string_view table) {
        storage::Row row;
        row.table = &secret_table();
        row.id = id_of(id_text);
        if (!table.empty()) {
            row.set("ownerid", storage::RowRef{schema::table(table)->id, id_of(other_id_text)});
        }
        messages::RowReply reply;
        reply.row.row = std::make_shared<const storage::Row>(std::move(row));
        reply.property = secret_table().column("ownerid");
        return reply;
    };
    CHECK(
        body_of(shown(context_of(lookup + "/$ref"), reply_of("team"))) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata#$ref\","
        "\"@odata.id\":\"https://vault.example.com/api/data/v9.2/teams(" +
            other_id_text + ")\"}"
    );
    CHECK(shown(context_of(lookup + "/$ref"), reply_of("")).status == 204);
}

TEST_CASE("the references of a collection are the URLs of its members", "[odata]") {
    const auto context =
        context_of("/api/data/v9.2/teams(" + id_text + ")/teammembership_association/$ref");
    storage::Row row;
    row.table = schema::table("systemuser");
    row.id = id_of(other_id_text);
    messages::ListReply reply;
    reply.table = row.table;
    reply.rows.emplace_back().row = std::make_shared<const storage::Row>(std::move(row));
    CHECK(
        body_of(shown(context, std::move(reply))) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata#"
        "Collection($ref)\",\"value\":[{\"@odata.id\":"
        "\"https://vault.example.com/api/data/v9.2/systemusers(" +
            other_id_text + ")\"}]}"
    );
}

TEST_CASE(
    "a list in FetchXML goes on by its cookie when it is paged, else by its link", "[odata]"
) {
    const auto text_of_page = [](const std::string& attributes, const char* annotations, bool more
                              ) {
        const auto xml =
            "<fetch " + attributes + "><entity name=\"msdyn_octwitterhandlesecret\"/></fetch>";
        messages::ListReply reply;
        reply.table = &secret_table();
        if (more) reply.next_token = "two";
        return body_of(shown(
            context_of(
                secrets + "?fetchXml=" + percent_encode(xml),
                {{"Prefer", "odata.include-annotations=\"" + std::string{annotations} + "\""}}
            ),
            std::move(reply)
        ));
    };
    const std::string cookie = "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie";
    const std::string records = "@Microsoft.Dynamics.CRM.morerecords";
    const auto paged = text_of_page("count=\"2\"", "*", true);
    CHECK(paged.find("\"" + records + "\":true") != std::string::npos);
    CHECK(
        paged.find("\"" + cookie + "\":\"\\u003ccookie pagenumber=\\\"2\\\"") != std::string::npos
    );
    CHECK(paged.find("@odata.nextLink") == std::string::npos);
    const auto last = text_of_page("count=\"2\"", "*", false);
    CHECK(last.find("\"" + records + "\":false") != std::string::npos);
    CHECK(last.find(cookie) == std::string::npos);
    const auto whole = text_of_page("", "*", true);
    CHECK(whole.find("@odata.nextLink") != std::string::npos);
    const auto bare = text_of_page("count=\"2\"", "Microsoft.Dynamics.CRM.morerecords", true);
    CHECK(bare.find(cookie) == std::string::npos);
    CHECK(bare.find(records) != std::string::npos);
}

TEST_CASE("an empty list and a count are shown", "[odata]") {
    messages::ListReply none;
    none.table = &secret_table();
    CHECK(
        body_of(shown(context_of(secrets), std::move(none))) ==
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata#"
        "msdyn_octwitterhandlesecrets\",\"value\":[]}"
    );
    const auto count = shown(context_of(secrets + "/$count"), messages::CountReply{12});
    CHECK(body_of(count) == "12");
    CHECK(header(count, "Content-Type") == "text/plain");
}

TEST_CASE("metadata levels and 64-bit numbers follow Accept", "[odata]") {
    const auto reply = [] {
        auto row = shown_row();
        show(row, "versionnumber", {});
        messages::RowReply out;
        out.row = std::move(row);
        return out;
    };
    const auto bare = shown(
        context_of(
            secrets + "(" + id_text + ")",
            {{"Accept", "application/json;odata.metadata=none;IEEE754Compatible=true"}}
        ),
        reply()
    );
    CHECK(body_of(bare) == "{\"versionnumber\":\"40213\"}");
    const auto full = shown(
        context_of(
            secrets + "(" + id_text + ")", {{"Accept", "application/json; odata.metadata=full"}}
        ),
        reply()
    );
    CHECK(
        body_of(full).find("\"@odata.type\":\"#Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret\""
        ) != std::string::npos
    );
}

TEST_CASE("the service document lists the entity sets", "[odata]") {
    const auto text =
        body_of(shown(context_of("/api/data/v9.2/"), messages::ServiceDocumentReply{}));
    CHECK(text.starts_with(
        "{\"@odata.context\":\"https://vault.example.com/api/data/v9.2/$metadata\",\"value\":["
    ));
    CHECK(
        text.find("{\"name\":\"msdyn_octwitterhandlesecrets\",\"kind\":\"EntitySet\","
                  "\"url\":\"msdyn_octwitterhandlesecrets\"}") != std::string::npos
    );
}

TEST_CASE("an error has the documented body, code and status", "[odata]") {
    const auto context = context_of(secrets, {{"x-ms-client-request-id", "client-1"}});
    const auto out = shown(
        context, messages::ErrorReply{{Errc::not_found, "team With Id = x Does Not Exist", {}}}
    );
    CHECK(out.status == 404);
    CHECK(
        body_of(out) ==
        "{\"error\":{\"code\":\"0x80040217\",\"message\":\"team With Id = x Does Not Exist\"}}"
    );
    CHECK(header(out, "REQ_ID") == "aaaaaaaa-0000-4000-8000-000000000000");
    CHECK(header(out, "x-ms-client-request-id") == "client-1");
    CHECK(header(out, "OData-Version") == "4.0");
}

TEST_CASE("only a success says where on the log it stands", "[odata]") {
    const auto context = context_of(secrets);
    const auto names_entry = [&](messages::MessageReply::Body body) {
        return !header(shown(context, std::move(body)), "Audit-Log").empty();
    };
    CHECK(names_entry(messages::NoContent{}));
    CHECK(names_entry(messages::NotModified{}));
    for (const auto code :
         {Errc::malformed,
          Errc::missing_privilege,
          Errc::not_found,
          Errc::version_mismatch,
          Errc::too_many_requests,
          Errc::integrity}) {
        CHECK_FALSE(names_entry(messages::ErrorReply{{code, "text", {}}}));
    }
}

TEST_CASE("every error code renders with its row of the table", "[odata]") {
    RenderContext context;
    context.origin = {test_root, {}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(Errc::count_); ++i) {
        const auto code = static_cast<Errc>(i);
        const auto out = render_error(context, {code, "text", {}});
        CHECK(out.status == info(code).http_status);
        CHECK(body_of(out).find(info(code).dataverse_code) != std::string::npos);
        // What a caller can do something about is told in its words.
        if (out.status < 500) CHECK(body_of(out).find("\"text\"") != std::string::npos);
        CHECK(header(out, "Retry-After").empty() == (out.status != 503 && out.status != 429));
        CHECK(header(out, "Allow").empty() == (out.status != 405));
        CHECK(header(out, "WWW-Authenticate").empty() == (out.status != 401));
    }
}

TEST_CASE("401 tells client libraries where to get a token", "[odata]") {
    RenderContext context;
    context.origin = {test_root, {}};
    CHECK(
        header(
            render_error(context, {Errc::unauthenticated, "No token.", {}}), "WWW-Authenticate"
        ) ==
        "Bearer authorization_uri=https://vault.example.com/oauth2/authorize, "
        "resource_id=https://vault.example.com/"
    );
}

TEST_CASE("failures of the operator's side show no message", "[odata]") {
    const RenderContext context;
    const auto out = render_error(context, {Errc::io, "/var/lib/rookery/store: no space", {}});
    CHECK(out.status == 500);
    CHECK(body_of(out).find("rookery") == std::string::npos);
}

TEST_CASE("an id of the client's is echoed, but for one that is long or unprintable", "[odata]") {
    for (const std::string name : {"x-ms-client-request-id", "x-ms-correlation-id"}) {
        INFO(name);
        const auto echoed = [&](const std::string& id) {
            return header(
                render_error(context_of(secrets, {{name, id}}), {Errc::io, "", {}}), name
            );
        };
        CHECK(echoed("a-1") == "a-1");
        CHECK(echoed(std::string(128, 'a')) == std::string(128, 'a'));
        CHECK(echoed(std::string(129, 'a')).empty());
        CHECK(echoed("a\tb").empty());
    }
}

TEST_CASE("a method that is not allowed has no code", "[odata]") {
    const auto out = render_error(RenderContext{}, {Errc::method_not_allowed, "No.", {}});
    CHECK(out.status == 405);
    CHECK(body_of(out) == R"j({"error":{"code":"","message":"No."}})j");
}

TEST_CASE("numbers and dates are formatted as in the United States", "[odata]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(-999) == "-999");
    CHECK(grouped(-1000) == "-1,000");
    CHECK(grouped(1234567890) == "1,234,567,890");
    const auto time = [](const char* text) {
        return formatted_value(
            *secret_table().column("createdon"), storage::Value{*parse_iso8601(text)}
        );
    };
    CHECK(time("2026-12-31T00:09:00Z") == "12/31/2026 12:09 AM");
    CHECK(time("2026-12-31T12:00:00Z") == "12/31/2026 12:00 PM");
    CHECK(
        formatted_value(
            *secret_table().column("overriddencreatedon"),
            storage::Value{*parse_iso8601("2019-05-01")}
        ) == "5/1/2019"
    );
}

}  // namespace render_test
