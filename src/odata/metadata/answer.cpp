#include "odata/metadata/answer.hpp"

#include "crypto/sha256.hpp"
#include "odata/response/response_headers.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace rookery::odata::metadata {
namespace {

constexpr std::size_t tag_bytes = 12;

void write_property(
    JsonWriter& json, const Definition& definition, std::size_t place, const RenderContext& context
) {
    const auto& property = definition.type->property(place);
    const auto& value = definition.values[place];
    if (context.int64_as_text && property.type == "Edm.Int64" &&
        value.kind == Value::Kind::number) {
        json.key(property.name);
        json.text(std::string_view{std::to_string(value.number)});
    } else {
        json.ready(definition.ready[place]);
    }
}

void write_members(
    JsonWriter& json, const Definition& definition, const Shown& shown, const RenderContext& context
) {
    const bool annotated = context.metadata != MetadataLevel::none;
    if (annotated && (definition.type != shown.type || context.metadata == MetadataLevel::full)) {
        json.key("@odata.type");
        json.begin_text();
        json.piece("#Microsoft.Dynamics.CRM.");
        json.piece(definition.type->name);
        json.end_text();
    }
    if (shown.everything) {
        for (std::size_t place = 0; place < definition.values.size(); ++place) {
            write_property(json, definition, place, context);
        }
    }
    for (const auto place : shown.properties) write_property(json, definition, place, context);
    for (const auto& one : shown.expanded) {
        const auto& navigation = shown.type->navigation(one.navigation);
        const auto& related = definition.related[one.navigation];
        json.key(navigation.name);
        if (!navigation.collection) {
            related.empty() ? json.null()
                            : write_definition(json, *related.front(), one.shown, context);
            continue;
        }
        json.begin_array();
        for (const auto* row : related) {
            if (one.filter && !matches(*one.filter, *row)) continue;
            write_definition(json, *row, one.shown, context);
        }
        json.end_array();
    }
}

/// The same for the same bytes: of the definitions, and of everything else that decides how they are answered.
std::string tag_of(const RenderContext& context) {
    const auto bytes_of = [](std::string_view text) {
        return ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    };
    const std::array<std::uint8_t, 3> shape = {
        static_cast<std::uint8_t>(context.metadata),
        static_cast<std::uint8_t>(context.int64_as_text),
        static_cast<std::uint8_t>(context.question->annotated),
    };
    const auto digest = crypto::sha256(
        {model().digest(),
         shape,
         bytes_of(context.origin.links()),
         bytes_of("\n"),
         bytes_of(context.target)}
    );
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "W/\"";
    for (std::size_t i = 0; i < tag_bytes; ++i) {
        out += digits[digest[i] >> 4];
        out += digits[digest[i] & 0xF];
    }
    return out + '"';
}

/// Weakly, as every If-None-Match: W/"x" and "x" are the same.
bool names_tag(std::string_view none_match, std::string_view tag) {
    const auto opaque = tag.substr(2);
    while (!none_match.empty()) {
        const auto end = none_match.find(',');
        auto one = none_match.substr(0, end);
        none_match =
            end == std::string_view::npos ? std::string_view{} : none_match.substr(end + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == opaque) return true;
    }
    return false;
}

void write_json(http::Response& out, const Responder& responder, const Question& question) {
    const auto& context = responder.context();
    add_json_content_type(out, context);
    JsonWriter json{out.body, 4096};
    json.begin_object();
    responder.write_context(json, {question.context});
    switch (question.about) {
        case Question::About::one:
            write_members(json, *question.rows.front(), question.shown, context);
            break;
        case Question::About::property:
            json.key("value");
            write(json, question.rows.front()->values[question.property]);
            break;
        case Question::About::list:
            json.key("value");
            json.begin_array();
            for (const auto* row : question.rows) {
                if (question.filter && !matches(*question.filter, *row)) continue;
                write_definition(json, *row, question.shown, context);
            }
            json.end_array();
            break;
        case Question::About::changes:
            write_changes(json, *question.changes, context);
            break;
        case Question::About::document:
            break;
    }
    json.end_object();
}

}  // namespace

void write_definition(
    JsonWriter& json, const Definition& definition, const Shown& shown, const RenderContext& context
) {
    json.begin_object();
    write_members(json, definition, shown, context);
    json.end_object();
}

http::Response write_answer(const Responder& responder) {
    const auto& context = responder.context();
    const auto& question = *context.question;
    const auto tag = tag_of(context);
    const bool same = names_tag(question.none_match, tag);
    auto out = responder.started(same ? 304 : 200);
    out.set("ETag", tag);
    if (same) return out;
    if (question.about == Question::About::document) {
        const auto& text = model().document(question.annotated);
        out.set("Content-Type", "application/xml");
        out.body.assign(text.begin(), text.end());
        return out;
    }
    write_json(out, responder, question);
    return out;
}

}  // namespace rookery::odata::metadata
