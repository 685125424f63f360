#include "odata/render.hpp"

#include "base/percent_encode.hpp"
#include "messages/reply.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/request/paging_token.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/response/access_body.hpp"
#include "odata/response/error_body.hpp"
#include "odata/response/log_body.hpp"
#include "odata/response/response_headers.hpp"
#include "odata/response/row_writer.hpp"

#include <utility>

namespace rookery::odata {
namespace {

/// Renders one body of MessageReply; one per request.
class Renderer {
  public:
    Renderer(const RenderContext& context, const ledger::Receipt& receipt)
        : context_(context), receipt_(receipt) {}

    http::Response operator()(const messages::ErrorReply& reply) {
        return render_error(context_, reply.error);
    }

    http::Response operator()(const messages::NoContent& reply) {
        auto out = started(204);
        if (!reply.waiting.empty()) out.set("Rky-Credentials-Waiting", ids(reply.waiting));
        if (!context_.names_entity || !reply.id || reply.table == nullptr) return out;
        auto id = service_url();
        if (context_.key_form.empty()) {
            id += reply.table->set_name;
            id += '(';
            id += to_string(*reply.id);
            id += ')';
        } else {
            id += context_.key_form;
        }
        if (reply.created) out.set("Location", id);
        out.set("OData-EntityId", std::move(id));
        return out;
    }

    http::Response operator()(const messages::RowReply& reply) {
        auto out = started(reply.created ? 201 : 200);
        const auto& row = reply.row;
        prefer_and_masks(out, reply.masked);
        add_json_content_type(out, context_);
        if (reply.property == nullptr) {
            out.set("ETag", "W/\"" + std::to_string(row.versionnumber(receipt_)) + "\"");
        }
        JsonWriter json{out.body, 2048};
        RowWriter rows{json, context_, receipt_};
        json.begin_object();
        if (reply.property == nullptr) {
            const std::string_view part = context_.select.empty() ? "" : "(";
            write_context(
                json,
                {row.row->table->set_name,
                 part,
                 context_.select,
                 part.empty() ? "" : ")",
                 "/$entity"}
            );
            rows.members(row);
        } else {
            const auto id = to_string(row.row->id);
            write_context(
                json, {row.row->table->set_name, "(", id, ")/", reply.property->wire_name()}
            );
            write_property(json, rows, reply);
        }
        json.end_object();
        return out;
    }

    http::Response operator()(const messages::NullReply&) { return started(204); }

    http::Response operator()(const messages::NotModified&) { return started(304); }

    http::Response operator()(const messages::ListReply& reply) {
        auto out = started(200);
        prefer_and_masks(out, reply.masked);
        add_json_content_type(out, context_);
        JsonWriter json{out.body, 1024 + reply.rows.size() * 1024};
        json.begin_object();
        const std::string_view part = context_.select.empty() ? "" : "(";
        write_context(
            json, {reply.table->set_name, part, context_.select, part.empty() ? "" : ")"}
        );
        if (reply.count) {
            json.key("@odata.count");
            json.number(*reply.count);
        }
        write_totals(json, reply);
        json.key("value");
        json.begin_array();
        RowWriter rows{json, context_, receipt_};
        for (const auto& row : reply.rows) {
            json.begin_object();
            rows.members(row);
            json.end_object();
        }
        json.end_array();
        if (reply.next_token) {
            json.key("@odata.nextLink");
            json.text(next_link(*reply.next_token));
        }
        json.end_object();
        return out;
    }

    http::Response operator()(const messages::CountReply& reply) {
        auto out = started(200);
        out.set("Content-Type", "text/plain");
        const auto text = std::to_string(reply.count);
        out.body.assign(text.begin(), text.end());
        return out;
    }

    http::Response operator()(const messages::IdsReply& reply) {
        return result("CreateMultipleResponse", [&](JsonWriter& json) {
            json.key("Ids");
            json.begin_array();
            for (const auto& id : reply.ids) json.uuid(id);
            json.end_array();
        });
    }

    http::Response operator()(const messages::WhoAmIReply& reply) {
        auto out = result("WhoAmIResponse", [&](JsonWriter& json) {
            json.key("BusinessUnitId");
            json.uuid(reply.business_unit);
            json.key("UserId");
            json.uuid(reply.user);
            json.key("OrganizationId");
            json.uuid(reply.organization);
        });
        // The vendor's .NET sample library fails without it.
        out.set("x-ms-dop-hint", "4");
        return out;
    }

    http::Response operator()(const messages::ServiceDocumentReply&) {
        auto out = started(200);
        add_json_content_type(out, context_);
        JsonWriter json{out.body, 4096};
        json.begin_object();
        json.key("@odata.context");
        json.text(service_url() + "$metadata");
        json.key("value");
        json.begin_array();
        for (const auto* table : schema::tables()) {
            json.begin_object();
            json.key("name");
            json.text(table->set_name);
            json.key("kind");
            json.text(std::string_view{"EntitySet"});
            json.key("url");
            json.text(table->set_name);
            json.end_object();
        }
        json.end_array();
        json.end_object();
        return out;
    }

    http::Response operator()(const messages::CredentialReply& reply) {
        return result("rky_CreateCredentialResponse", [&](JsonWriter& json) {
            json.key("CredentialId");
            json.uuid(reply.credential);
            json.key("Token");
            json.text(reply.token);
            json.key("ExpiresOn");
            json.time(reply.expires);
            json.key("Plaintext");
            json.boolean(reply.plaintext);
            json.key("Administration");
            json.boolean(reply.administration);
        });
    }

    http::Response operator()(const messages::LogReply& reply) {
        return result("rky_RetrieveAuditEventsResponse", [&](JsonWriter& json) {
            write_log(json, reply);
        });
    }

    http::Response operator()(const messages::StatusReply& reply) {
        return result("rky_RetrieveVaultStatusResponse", [&](JsonWriter& json) {
            write_status(json, reply);
        });
    }

    http::Response operator()(const messages::SyncStatusReply& reply) {
        return result("rky_RetrieveSyncStatusResponse", [&](JsonWriter& json) {
            write_sync_status(json, reply);
        });
    }

    http::Response operator()(const messages::WhoCanReply& reply) {
        return result("rky_RetrieveWhoCanResponse", [&](JsonWriter& json) {
            write_who_can(json, reply);
        });
    }

    http::Response operator()(const messages::AccessOfReply& reply) {
        return result("rky_RetrieveAccessOfResponse", [&](JsonWriter& json) {
            write_access_of(json, reply);
        });
    }

    http::Response operator()(const messages::ExplainReply& reply) {
        return result("rky_ExplainAccessResponse", [&](JsonWriter& json) {
            write_explained(json, reply);
        });
    }

    http::Response operator()(const messages::RetryReply& reply) {
        return result("rky_RetrySyncResponse", [&](JsonWriter& json) {
            json.key("Retried");
            json.number(reply.retried);
            json.key("Left");
            json.number(reply.left);
        });
    }

  private:
    http::Response started(int status) const {
        http::Response out;
        out.status = status;
        add_common_headers(out, context_);
        return out;
    }

    std::string service_url() const {
        std::string out;
        out.reserve(256);
        if (context_.root != nullptr) out += context_.root->origin;
        out += api_prefix;
        out += context_.version;
        out += '/';
        return out;
    }

    /// `@odata.context`, unless odata.metadata=none.
    void write_context(JsonWriter& json, std::initializer_list<std::string_view> parts) const {
        if (context_.metadata == MetadataLevel::none) return;
        json.key("@odata.context");
        json.begin_text();
        if (context_.root != nullptr) json.piece(context_.root->origin);
        json.piece(api_prefix);
        json.piece(context_.version);
        json.piece("/$metadata#");
        for (const auto part : parts) json.piece(part);
        json.end_text();
    }

    template <class Members>
    http::Response result(std::string_view type, Members&& members) const {
        auto out = started(200);
        add_json_content_type(out, context_);
        JsonWriter json{out.body, 1024};
        json.begin_object();
        write_context(json, {"Microsoft.Dynamics.CRM.", type});
        members(json);
        json.end_object();
        return out;
    }

    /// As many as a header should hold; the log's entry says how many there are.
    static std::string ids(const std::vector<Uuid>& all) {
        constexpr std::size_t most = 16;
        std::string out;
        for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
            if (i != 0) out += ", ";
            out += to_string(all[i]);
        }
        return all.size() > most ? out + ", ..." : out;
    }

    void write_property(JsonWriter& json, RowWriter& rows, const messages::RowReply& reply) const {
        json.key("value");
        for (const auto& cell : reply.row.cells) {
            if (cell.column == reply.property) return rows.value(reply.row, cell);
        }
        json.null();
    }

    void prefer_and_masks(
        http::Response& out, const std::vector<messages::MaskedColumn>& masked
    ) const {
        if (!context_.preference_applied.empty()) {
            out.set("Preference-Applied", context_.preference_applied);
        }
        using messages::MaskReason;
        constexpr std::pair<MaskReason, std::string_view> reasons[] = {
            {MaskReason::not_asked, "; add UnMaskedData=true"},
            {MaskReason::one_record, "; GET one record with UnMaskedData=true"},
            {MaskReason::no_permission, "; no unmask permission"},
            {MaskReason::unconfirmed, "; the credential waits for rky_ConfirmCredential"},
            {MaskReason::inactive, "; inactive record"},
        };
        for (const auto& [reason, text] : reasons) {
            std::string note;
            for (const auto& one : masked) {
                if (one.reason != reason) continue;
                if (!note.empty()) note += ", ";
                note += one.column->name;
            }
            if (!note.empty()) out.set("Rky-Masked", note.append(text));
        }
    }

    void write_totals(JsonWriter& json, const messages::ListReply& reply) const {
        if (context_.annotations.total_record_count) {
            json.key("@Microsoft.Dynamics.CRM.totalrecordcount");
            json.number(reply.count ? static_cast<std::int64_t>(*reply.count) : std::int64_t{-1});
        }
        if (context_.annotations.limit_exceeded) {
            json.key("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded");
            json.boolean(reply.count.value_or(0) >= 5000 && reply.next_token.has_value());
        }
    }

    /// The request's own URL with its options as sent, except the paging token.
    std::string next_link(std::string_view token) const {
        std::string out = context_.root == nullptr ? std::string{} : context_.root->origin;
        out += context_.path;
        out += '?';
        std::string_view rest = context_.query;
        while (!rest.empty()) {
            const auto end = rest.find('&');
            const auto piece = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            const auto name = percent_decode(piece.substr(0, piece.find('=')), Plus::space);
            if (piece.empty() || !name || *name == "$skiptoken") continue;
            out += piece;
            out += '&';
        }
        out += "$skiptoken=";
        out += percent_encode(wrap_paging_token({context_.page_number + 1, std::string{token}}));
        return out;
    }

    const RenderContext& context_;
    const ledger::Receipt& receipt_;
};

}  // namespace

http::Response render(const RenderContext& context, ledger::Receipt&& receipt) {
    const auto reply = std::move(receipt).take_reply();  // the receipt's numbers stay readable
    const auto& body = static_cast<const messages::MessageReply&>(*reply).body;
    auto out = std::visit(Renderer{context, receipt}, body);
    // Where an entry stands tells how much else happens here: whoever is refused gets the request's id.
    const bool refused = std::holds_alternative<messages::ErrorReply>(body);
    if (!refused && context.root != nullptr && !context.root->log_origin.empty()) {
        out.set("Audit-Log", context.root->log_origin + "/" + std::to_string(receipt.log_index()));
    }
    return out;
}

}  // namespace rookery::odata
