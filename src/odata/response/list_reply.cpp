#include "odata/response/list_reply.hpp"

#include "base/percent_encode.hpp"
#include "odata/fetchxml/paging_cookie.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/response/formatted_value.hpp"
#include "odata/response/joined_rows.hpp"
#include "odata/response/response_headers.hpp"
#include "odata/response/row_writer.hpp"
#include "storage/value_codec.hpp"

#include <string>
#include <utility>
#include <variant>

namespace rookery::odata {
namespace {

void write_totals(
    JsonWriter& json, const Annotations& annotations, const messages::ListReply& reply
) {
    if (annotations.total_record_count) {
        json.key("@Microsoft.Dynamics.CRM.totalrecordcount");
        json.number(reply.count ? static_cast<std::int64_t>(*reply.count) : std::int64_t{-1});
    }
    if (annotations.limit_exceeded) {
        json.key("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded");
        json.boolean(reply.count.value_or(0) >= 5000 && reply.next_token.has_value());
    }
}

void write_fetch_pages(
    JsonWriter& json, const RenderContext& context, const messages::ListReply& reply
) {
    if (reply.next_token && context.annotations.fetch_cookie) {
        json.key("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie");
        json.text(fetchxml::wrap_cookie(context.page_number, *reply.next_token));
    }
    if (context.annotations.more_records) {
        json.key("@Microsoft.Dynamics.CRM.morerecords");
        json.boolean(reply.next_token.has_value());
    }
}

/// Each row once with each of those that it was expanded by, whose columns are among its own.
void write_joined(
    JsonWriter& json, RowWriter& rows, const RenderContext& context,
    const messages::ListReply& reply
) {
    auto left = reply.joined_max;
    auto skipped = reply.joined_skipped;
    for (const auto& row : reply.rows) {
        const auto all = joined_rows(row, context.expanded, skipped + left);
        for (auto i = std::exchange(skipped, 0); i < all.size(); ++i) {
            if (left == 0) return;
            --left;
            json.begin_object();
            rows.own_members(row);
            for (const auto& part : all[i]) {
                if (!part.name->hidden) rows.joined_members(*part.row, *part.name);
            }
            json.end_object();
        }
    }
}

/// The request's own URL with its options as sent, except its token; the new one is percent-encoded.
std::string link_to(const RenderContext& context, std::string_view option, std::string_view token) {
    std::string out{context.origin.links()};
    const std::string_view target = context.target;
    const auto question = target.find('?');
    out += target.substr(0, question);
    out += '?';
    auto rest =
        question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto piece = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        const auto name = percent_decode(piece.substr(0, piece.find('=')), Plus::space);
        if (piece.empty() || !name || *name == "$skiptoken" || *name == "$deltatoken") continue;
        out += piece;
        out += '&';
    }
    return out.append(option).append("=").append(token);
}

std::string next_link(const RenderContext& context, std::string_view token) {
    const auto cookie = wrap_paging_token({context.page_number + 1, std::string{token}});
    return link_to(context, "$skiptoken", percent_encode(cookie));
}

/// After the changed rows of a delta, in the same array (OData JSON Format 4.0 section 15.3).
void write_removed(JsonWriter& json, const Responder& responder, const messages::ListReply& reply) {
    for (const auto& id : reply.delta->removed) {
        json.begin_object();
        responder.write_context(json, {reply.table->set_name, "/$deletedEntity"});
        json.key("id");
        json.uuid(id);
        json.key("reason");
        json.text("deleted");
        json.end_object();
    }
}

void write_links(JsonWriter& json, const RenderContext& context, const messages::ListReply& reply) {
    if (reply.next_token && context.fetch != FetchPages::by_cookie) {
        json.key("@odata.nextLink");
        json.text(next_link(context, *reply.next_token));
    }
    if (reply.delta && reply.delta->next_token) {
        json.key("@odata.nextLink");
        json.text(link_to(context, "$deltatoken", *reply.delta->next_token));
    }
    if (reply.delta_token) {
        json.key("@odata.deltaLink");
        json.text(link_to(context, "$deltatoken", *reply.delta_token));
    }
}

/// One value of a group, and what is said of it on demand.
class GroupWriter {
 public:
    GroupWriter(JsonWriter& json, const RenderContext& context) : json_(json), context_(context) {}

    void member(
        const messages::AggregatedColumn& column, const messages::AggregateReply::Cell& cell
    ) {
        if (context_.annotations.formatted_value) {
            const auto text = formatted(column, cell);
            if (!text.empty()) {
                json_.key(column.name, "@OData.Community.Display.V1.FormattedValue");
                json_.text(text);
            }
        }
        const auto* ref = std::get_if<storage::RowRef>(&cell.value);
        const auto* target = ref == nullptr ? nullptr : schema::table(ref->table);
        if (target != nullptr && context_.annotations.lookup_logical_name) {
            json_.key(column.name, "@Microsoft.Dynamics.CRM.lookuplogicalname");
            json_.text(target->name);
        }
        json_.key(column.name);
        value(column, storage::plain(cell.value));
    }

 private:
    static std::string formatted(
        const messages::AggregatedColumn& column, const messages::AggregateReply::Cell& cell
    ) {
        if (!cell.formatted.empty()) return cell.formatted;
        if (column.column != nullptr) return formatted_value(*column.column, cell.value);
        const auto* number = std::get_if<std::int64_t>(&cell.value);
        if (number == nullptr) return {};
        const bool of_date = column.part != messages::DatePart::none;
        return of_date ? std::to_string(*number) : grouped(*number);
    }

    void value(const messages::AggregatedColumn& column, const storage::PlainValue& plain) {
        const auto* number = std::get_if<std::int64_t>(&plain);
        if (const auto* text = std::get_if<std::string>(&plain)) {
            json_.text(*text);
        } else if (const auto* flag = std::get_if<bool>(&plain)) {
            json_.boolean(*flag);
        } else if (const auto* fraction = std::get_if<storage::Fraction>(&plain)) {
            json_.ready(to_string(*fraction));
        } else if (number == nullptr) {
            json_.null();
        } else if (context_.int64_as_text && is_bigint(column)) {
            json_.text(std::to_string(*number));
        } else {
            json_.number(*number);
        }
    }

    static bool is_bigint(const messages::AggregatedColumn& column) {
        return column.column != nullptr && column.column->type == schema::Type::bigint;
    }

    JsonWriter& json_;
    const RenderContext& context_;
};

}  // namespace

http::Response write_list(const Responder& responder, const messages::ListReply& reply) {
    const auto& context = responder.context();
    auto out = responder.started(200);
    add_row_headers(out, context, reply.masked);
    add_json_content_type(out, context);
    JsonWriter json{out.body, 1024 + reply.rows.size() * 1024};
    json.begin_object();
    const std::string_view part = context.select.empty() ? "" : "(";
    if (context.references) {
        responder.write_context(json, {"Collection($ref)"});
    } else {
        responder.write_context(
            json,
            {reply.table->set_name,
             part,
             context.select,
             part.empty() ? "" : ")",
             reply.delta ? "/$delta" : ""}
        );
    }
    if (reply.count) {
        json.key("@odata.count");
        json.number(*reply.count);
    }
    write_totals(json, context.annotations, reply);
    if (context.fetch != FetchPages::none) write_fetch_pages(json, context, reply);
    json.key("value");
    json.begin_array();
    RowWriter rows{json, context, responder.receipt()};
    if (context.joined) write_joined(json, rows, context, reply);
    for (const auto& row : reply.rows) {
        if (context.joined) break;
        json.begin_object();
        if (context.references) {
            json.key("@odata.id");
            json.text(responder.url_of(*reply.table, row.row->id));
        } else {
            rows.members(row);
        }
        json.end_object();
    }
    if (reply.delta) write_removed(json, responder, reply);
    json.end_array();
    write_links(json, context, reply);
    json.end_object();
    return out;
}

http::Response write_groups(const Responder& responder, const messages::AggregateReply& reply) {
    const auto& context = responder.context();
    auto out = responder.started(200);
    add_row_headers(out, context, {});
    add_json_content_type(out, context);
    JsonWriter json{out.body, 1024 + reply.groups.size() * 256};
    json.begin_object();
    const std::string_view part = context.select.empty() ? "" : "(";
    responder.write_context(
        json, {reply.table->set_name, part, context.select, part.empty() ? "" : ")"}
    );
    messages::ListReply pages;
    pages.next_token = reply.next_token;
    write_totals(json, context.annotations, pages);
    if (context.fetch != FetchPages::none) write_fetch_pages(json, context, pages);
    json.key("value");
    json.begin_array();
    GroupWriter groups{json, context};
    for (const auto& group : reply.groups) {
        json.begin_object();
        for (std::size_t i = 0; i < group.size(); ++i) {
            // dataverse: what is null is left out of what is aggregated.
            if (!reply.shows_nulls && storage::is_null(group[i].value)) continue;
            groups.member(reply.columns.at(i), group[i]);
        }
        json.end_object();
    }
    json.end_array();
    if (reply.next_token && context.fetch != FetchPages::by_cookie) {
        json.key("@odata.nextLink");
        json.text(next_link(context, *reply.next_token));
    }
    json.end_object();
    return out;
}

http::Response write_count(const Responder& responder, const messages::CountReply& reply) {
    auto out = responder.started(200);
    out.set("Content-Type", "text/plain");
    const auto text = std::to_string(reply.count);
    out.body.assign(text.begin(), text.end());
    return out;
}

}  // namespace rookery::odata
