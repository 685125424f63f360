// RequestReader: one request while it is read, and the checks that resources and operations share.
// What is addressed decides odata/route.cpp; the body is read last, when everything else is known
// to be good.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/admits.hpp"
#include "odata/request/kept_queries.hpp"
#include "odata/request/message_as.hpp"
#include "odata/request/query_options.hpp"
#include "odata/request/render_context.hpp"
#include "odata/request/request_headers.hpp"
#include "odata/request/resource_path.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

class RequestReader {
 public:
    /// Whether the URL must fit into a request line.
    enum class Target : std::uint8_t { bounded, of_any_length };

    /// All of them must outlive the reader. What rendering needs to know goes into `context`.
    RequestReader(
        const http::Request& request, const Admits& admits, RenderContext& context,
        Target target = Target::bounded, const KeptQueries& queries = no_kept_queries
    )
        : request_(request),
          admits_(admits),
          context_(context),
          target_(target),
          queries_(queries) {}

    /// Path, headers and options. Errc: what read_path, read_headers and read_query_options say.
    [[nodiscard]] Result<> read_head();

    [[nodiscard]] std::string_view method() const { return request_.method; }

    [[nodiscard]] const http::Request& request() const { return request_; }

    [[nodiscard]] const RequestOrigin& origin() const { return context_.origin; }

    [[nodiscard]] RenderContext& context() { return context_; }

    [[nodiscard]] std::span<const Segment> segments() const { return path_.segments; }

    [[nodiscard]] const RequestHeaders& headers() const { return headers_; }

    [[nodiscard]] const QueryOptions& options() const { return options_; }

    /// dataverse: PATCH ignores it.
    void ignore_expand() { options_.expand.reset(); }

    /// The sender was not admitted: the message has no input and is not to be carried out.
    [[nodiscard]] bool rejected_before_body() const { return rejected_before_body_; }

    /// Is the method one of these? Errc::method_not_allowed.
    [[nodiscard]] Result<> allow(std::initializer_list<std::string_view> methods);

    /// An option that has no meaning where it stands would be taken for one that has.
    /// Errc::malformed.
    [[nodiscard]] Result<> options_only(std::initializer_list<std::string_view> allowed) const;

    /// Errc::method_not_allowed for a table whose rows `message` does not change.
    [[nodiscard]] Result<> check_writable(const schema::Table& table, std::string_view message);

    /// The columns of $select; empty: all.
    [[nodiscard]] Result<std::vector<const schema::Column*>> selected(const schema::Table& table);
    [[nodiscard]] messages::Selection shown(std::vector<const schema::Column*> columns);
    /// What $expand shows with each row, in the manner of `shown`. For the names of the answer, after `selected`.
    [[nodiscard]] Result<std::vector<messages::Expansion>> expanded(
        const schema::Table& table, const messages::Selection& shown
    );
    /// What to show of a row that was written, which is nothing unless it was asked for.
    [[nodiscard]] Result<messages::Representation> representation(const schema::Table& table);

    /// What a list of `table` is asked for by, as FetchXML: fetchXml, savedQuery or userQuery. Nothing: by none of them.
    /// Errc: malformed for two of them, for another option beside, and for what is no GUID; what KeptQueries says.
    [[nodiscard]] Result<std::optional<std::string>> fetch_of(const schema::Table& table);

    /// For the nextLink of a list.
    void keep_target() { context_.target = path_and_query(request_.target); }

    /// For Preference-Applied.
    void applied(std::string_view preference);

    [[nodiscard]] bool has_body() const { return !request_.body.empty(); }

    /// Errc: wrong_content_type, and what parse_json says.
    [[nodiscard]] Result<JsonValue> json_body() const;

    /// The message with what `read(body, M&)` finds in the body, or as it is when the sender is not
    /// admitted.
    template <class M, class Read>
    [[nodiscard]] Result<messages::Message> with_body(M without_input, Read read) {
        messages::Message message{std::move(without_input)};
        rejected_before_body_ = !admits_(message);
        if (rejected_before_body_) return message;
        ROOKERY_TRY(const auto body, json_body());
        ROOKERY_CHECK(read(body, message_as<M>(message)));
        return message;
    }

 private:
    [[nodiscard]] Result<> check_tracking() const;

    const http::Request& request_;
    const Admits& admits_;
    RenderContext& context_;
    const Target target_;
    const KeptQueries& queries_;
    ResourcePath path_;
    RequestHeaders headers_;
    QueryOptions options_;
    bool rejected_before_body_ = false;
};

}  // namespace rookery::odata
