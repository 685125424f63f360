#include "odata/metadata/question.hpp"

#include "odata/metadata/selection.hpp"
#include "odata/metadata/types.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/request_origin.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

namespace rookery::odata::metadata {
namespace {

constexpr std::string_view document_name = "$metadata";
constexpr std::string_view type_prefix = "Microsoft.Dynamics.CRM.";
// What a connection's thread answers at once; more takes its turn among long requests.
constexpr std::size_t rows_at_once = 100;

Error no_definition() { return {Errc::not_found, "There is no metadata of that name or id.", {}}; }

/// How far a path has led.
struct Reached {
    const EntityType* type = nullptr;
    std::vector<const Definition*> rows;
    bool single = false;
    std::string context;
    std::optional<std::size_t> property = {};

    [[nodiscard]] const Definition& one() const { return *rows.front(); }
};

/// `LogicalName='x'`, `MetadataId=GUID` or the GUID alone.
Result<const Definition*> find_by_key(
    const Reached& in, std::string_view key, const QueryOptions& options
) {
    ROOKERY_TRY(const auto tokens, tokenize(key));
    const auto wrong = [] { return fail(Errc::malformed, "Bad Request - Error in query syntax."); };
    const auto& first = tokens.front();
    const bool named =
        tokens.size() == 4 && first.kind == TokenKind::word && tokens[1].kind == TokenKind::equals;
    if (!named && tokens.size() != 2) return wrong();
    auto value = named ? tokens[2] : first;
    std::vector<Token> of_alias;
    if (value.kind == TokenKind::alias) {
        const auto* text = options.alias(value.raw);
        if (text == nullptr) return wrong();
        ROOKERY_TRY(of_alias, tokenize(*text));
        if (of_alias.size() != 2) return wrong();
        value = of_alias.front();
    }
    if (value.glued) return wrong();
    const auto found_by = [&](auto is) -> Result<const Definition*> {
        const auto found = std::ranges::find_if(in.rows, is);
        if (found == in.rows.end()) return fail(no_definition());
        return *found;
    };
    if (named && first.is(in.type->name_property())) {
        if (value.kind != TokenKind::text) return wrong();
        const auto name = value.text();
        return found_by([&](const Definition* one) { return one->name == name; });
    }
    if (named && !first.is(in.type->id_property())) return wrong();
    const auto id = Uuid::parse(value.raw);
    if (!id) return wrong();
    return found_by([&](const Definition* one) { return one->id == *id; });
}

Result<> take_key(Reached& at, const Segment& segment, const QueryOptions& options) {
    if (!segment.arguments()) return {};
    ROOKERY_TRY(const auto* found, find_by_key(at, *segment.arguments(), options));
    at.rows = {found};
    at.single = true;
    return {};
}

/// What was said of the one that the path goes on from.
void name_in_context(Reached& at) {
    const auto& one = at.one();
    at.context += '(';
    at.context += one.name.empty() ? to_string(one.id) : "'" + one.name + "'";
    at.context += ')';
}

Result<> cast(Reached& at, const Segment& segment) {
    const auto* type = find_type(segment.name().substr(type_prefix.size()));
    if (type == nullptr || type->abstract || !type->is_a(*at.type) || segment.arguments()) {
        return fail(no_such_segment(segment.name()));
    }
    if (at.single) name_in_context(at);
    std::erase_if(at.rows, [&](const auto* one) { return !one->type->is_a(*type); });
    if (at.single && at.rows.empty()) return fail(no_definition());
    at.type = type;
    at.context += '/';
    at.context += segment.name();
    return {};
}

/// A navigation property or, at the end, a property of the one that the path leads to.
Result<> go_on(Reached& at, const Segment& segment, bool last, const QueryOptions& options) {
    if (!at.single) return fail(no_such_segment(segment.name()));
    const auto navigation = at.type->find_navigation(segment.name());
    const auto property = at.type->find_property(segment.name());
    if (!navigation && (!property || !last || segment.arguments())) {
        return fail(no_such_segment(segment.name()));
    }
    name_in_context(at);
    at.context += '/';
    at.context += segment.name();
    if (!navigation) {
        at.property = property;
        return {};
    }
    const auto& by = at.type->navigation(*navigation);
    at.rows = std::vector{at.one().related[*navigation]};
    at.type = by.type;
    at.single = !by.collection;
    if (by.collection) return take_key(at, segment, options);
    if (segment.arguments()) return fail(no_such_segment(segment.name()));
    if (at.rows.empty()) return fail(no_definition());
    return {};
}

Result<Reached> walk(std::span<const Segment> segments, const QueryOptions& options) {
    const auto* set = model().find_set(segments.front().name());
    Reached out{.type = set->type, .rows = set->rows, .context = std::string{set->name}};
    ROOKERY_CHECK(take_key(out, segments.front(), options));
    for (const auto& segment : segments.subspan(1)) {
        const bool last = &segment == &segments.back();
        if (segment.name().starts_with(type_prefix)) {
            ROOKERY_CHECK(cast(out, segment));
        } else {
            ROOKERY_CHECK(go_on(out, segment, last, options));
        }
    }
    return out;
}

Result<> only_of_shape(const QueryOptions& options, Question::About about) {
    const bool shaped = about == Question::About::list || about == Question::About::one;
    const std::pair<std::string_view, bool> refused[] = {
        {"$select", options.select && !shaped},
        {"$expand", options.expand && !shaped},
        {"$filter", options.filter && about != Question::About::list},
        {"$orderby", options.orderby.has_value()},
        {"$top", options.top.has_value()},
        {"$count", options.count.has_value()},
        {"$apply", options.apply.has_value()},
        {"$skiptoken", options.skiptoken.has_value()},
        {"$id", options.id.has_value()},
    };
    for (const auto& [name, given] : refused) {
        if (!given) continue;
        return fail(
            Errc::malformed,
            "The query option '" + std::string{name} + "' cannot be used with this resource."
        );
    }
    return {};
}

/// dataverse: `?annotations=true`, or the preference for all of them.
bool asks_for_annotations(const RequestReader& request) {
    if (request.headers().annotations.of_document) return true;
    auto rest = path_and_query(request.request().target);
    const auto question = rest.find('?');
    rest = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        if (rest.substr(0, end) == "annotations=true") return true;
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return false;
}

Result<Question> understand(RequestReader& request) {
    const auto segments = request.segments();
    const auto& options = request.options();
    Question out;
    if (segments.front().name() == document_name) {
        if (segments.size() > 1) return fail(no_such_segment(segments[1].name()));
        if (segments.front().arguments()) return fail(no_such_segment(document_name));
        out.about = Question::About::document;
        out.annotated = asks_for_annotations(request);
        ROOKERY_CHECK(only_of_shape(options, out.about));
        return out;
    }
    ROOKERY_TRY(auto reached, walk(segments, options));
    if (reached.property) {
        out.about = Question::About::property;
    } else if (reached.single) {
        out.about = Question::About::one;
    }
    ROOKERY_CHECK(only_of_shape(options, out.about));
    std::string names;
    ROOKERY_TRY(out.shown, read_shown(*reached.type, options, names));
    if (options.filter) {
        ROOKERY_TRY(out.filter, read_filter(*reached.type, *options.filter, options));
    }
    out.property = reached.property.value_or(0);
    out.rows = std::move(reached.rows);
    out.context = std::move(reached.context) + names;
    if (out.about == Question::About::one) out.context += "/$entity";
    return out;
}

bool is_long(const Question& question) {
    if (question.about != Question::About::list) return false;
    const bool whole = question.shown.everything && question.rows.size() > rows_at_once;
    return whole || (question.rows.size() > 1 && !question.shown.expanded.empty());
}

}  // namespace

bool is_metadata(std::string_view segment) {
    return segment == document_name || model().find_set(segment) != nullptr;
}

Result<messages::Message> read_question(RequestReader& request) {
    ROOKERY_CHECK(request.allow({"GET"}));
    if (request.headers().preconditions.must_exist) {
        return fail(
            Errc::unsupported,
            "The header 'If-Match' is not supported here: nobody changes metadata.",
            "leave it out"
        );
    }
    ROOKERY_TRY(auto question, understand(request));
    if (const auto* none = request.request().header("If-None-Match"); none != nullptr) {
        question.none_match = *none;
    }
    request.keep_target();
    const messages::RetrieveMetadata message{is_long(question)};
    request.context().question = std::make_shared<const Question>(std::move(question));
    return messages::Message{message};
}

}  // namespace rookery::odata::metadata
