// Responder: what responses have in common. One per request.
#pragma once

#include "base/http_message.hpp"
#include "ledger/pending.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/request/render_context.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::odata {

class Responder {
 public:
    /// Both must outlive it. The receipt's reply may be taken already; its numbers are needed.
    Responder(const RenderContext& context, const ledger::Receipt& receipt)
        : context_(context), receipt_(receipt) {}

    [[nodiscard]] const RenderContext& context() const { return context_; }

    [[nodiscard]] const ledger::Receipt& receipt() const { return receipt_; }

    /// With the headers of every response.
    [[nodiscard]] http::Response started(int status) const;

    /// The URL of the service document, with the slash at its end.
    [[nodiscard]] std::string service_url() const;

    /// Of a row.
    [[nodiscard]] std::string url_of(const schema::Table& table, const Uuid& id) const;

    /// `@odata.context`, unless odata.metadata=none.
    void write_context(JsonWriter& json, std::initializer_list<std::string_view> parts) const;

    /// 200 with the result of an operation, whose members `members(json)` writes.
    template <class Members>
    [[nodiscard]] http::Response result(std::string_view operation, Members&& members) const {
        auto out = started_json(200);
        JsonWriter json{out.body, 1024};
        json.begin_object();
        write_context(json, {"Microsoft.Dynamics.CRM.", operation, "Response"});
        std::forward<Members>(members)(json);
        json.end_object();
        return out;
    }

 private:
    [[nodiscard]] http::Response started_json(int status) const;

    const RenderContext& context_;
    const ledger::Receipt& receipt_;
};

}  // namespace rookery::odata
