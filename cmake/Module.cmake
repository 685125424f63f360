set(ROOKERY_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND ROOKERY_WARNINGS -Wthread-safety)  # base/thread_annotations.hpp
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 is wrong about moved strings (its bug 105651). In a precompiled header it no longer knows that
  # the line it blames is the library's, and says so.
  list(APPEND ROOKERY_WARNINGS -Wno-array-bounds -Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow)
endif()

# The sources of a module or of a test program are compiled several at a time: most of what a source costs is reading
# what its neighbours read too. So a name in an anonymous namespace is the only one of its scope in the module, and a
# test's source is in a namespace of its own (tests/tidy). The preset clang, by which clang-tidy reads, compiles each
# source by itself and finds an #include that only a neighbour has.
option(ROOKERY_UNITY_BUILD "Compile the sources of a module several at a time" ON)
if(ROOKERY_UNITY_BUILD)
  # What a neighbour calls something says nothing about a local variable.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(TRANSFORM ROOKERY_WARNINGS REPLACE "^-Wshadow$" "-Wshadow=local")
    list(APPEND ROOKERY_WARNINGS -Wno-subobject-linkage)
  else()
    list(REMOVE_ITEM ROOKERY_WARNINGS -Wshadow)
  endif()
endif()

# Headers that are made of the names of files, so that a new file needs no second place.
set(ROOKERY_GENERATED "${PROJECT_BINARY_DIR}/generated")

# rookery_collect(out regex file...): what the first group of the regex finds in the lines of the files, in order.
# CMake looks again when one of them changed.
function(rookery_collect out regex)
  set(found "")
  foreach(file IN LISTS ARGN)
    file(STRINGS "${file}" lines REGEX "${regex}")
    foreach(line IN LISTS lines)
      string(REGEX MATCH "${regex}" ignored "${line}")
      list(APPEND found "${CMAKE_MATCH_1}")
    endforeach()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# rookery_add_prelude(name header...): compiles headers once for the targets that reuse them from `name`.
function(rookery_add_prelude name)
  add_library(${name} OBJECT "${PROJECT_SOURCE_DIR}/cmake/prelude.cpp")
  target_compile_options(${name} PRIVATE ${ROOKERY_WARNINGS})
  target_include_directories(${name} PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include" "${ROOKERY_GENERATED}")
  target_link_libraries(${name} PRIVATE tl::expected Boost::headers PkgConfig::sodium Threads::Threads)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

# What the sources of a floor include nearly always, compiled once for all of them: most of the time of a build is
# reading headers. Sources include what they use themselves too: clang-tidy reads them without precompiled headers
# (preset clang) and finds who forgot.
set(ROOKERY_PRELUDE
    <algorithm> <array> <atomic> <charconv> <chrono> <cstddef> <cstdint> <cstring> <filesystem>
    <functional> <limits> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view>
    <tuple> <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>
    [["base/bytes.hpp"]] [["base/clock.hpp"]] [["base/result.hpp"]] [["base/uuid.hpp"]])
set(ROOKERY_PIPELINE_PRELUDE ${ROOKERY_PRELUDE}
    [["pipeline/authorized.hpp"]] [["pipeline/plan_builder.hpp"]] [["schema/known_tables.hpp"]])
set(ROOKERY_VAULT_PRELUDE ${ROOKERY_PIPELINE_PRELUDE} [["messages/message.hpp"]] [["vault/vault.hpp"]])
rookery_add_prelude(rookery_prelude ${ROOKERY_PRELUDE})
rookery_add_prelude(pipeline_prelude ${ROOKERY_PIPELINE_PRELUDE})
rookery_add_prelude(vault_prelude ${ROOKERY_VAULT_PRELUDE})

# rookery_add_module(name [PRELUDE prelude] [LIBRARIES target...] [PRECOMPILE header...])
# Links what the module's row in src/modules.txt names (ROOKERY_DEPENDS).
# Every .cpp of the calling folder and its rooms becomes the static library rookery::name. PRELUDE is that of
# its floor, rookery_prelude unless named; PRECOMPILE names headers for a precompiled header of its own instead.
function(rookery_add_module name)
  cmake_parse_arguments(arg "" "PRELUDE" "LIBRARIES;PRECOMPILE" ${ARGN})
  if(NOT arg_PRELUDE)
    set(arg_PRELUDE rookery_prelude)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(rookery_${name} STATIC ${sources})
  add_library(rookery::${name} ALIAS rookery_${name})
  set_target_properties(rookery_${name} PROPERTIES UNITY_BUILD ${ROOKERY_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 10)
  target_include_directories(rookery_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
  target_compile_options(rookery_${name} PRIVATE ${ROOKERY_WARNINGS})
  list(TRANSFORM ROOKERY_DEPENDS PREPEND rookery:: OUTPUT_VARIABLE depends)
  target_link_libraries(rookery_${name} PUBLIC ${depends} PRIVATE ${arg_LIBRARIES})
  if(arg_PRECOMPILE)
    target_precompile_headers(rookery_${name} PRIVATE ${arg_PRECOMPILE})
  else()
    target_precompile_headers(rookery_${name} REUSE_FROM ${arg_PRELUDE})
  endif()
endfunction()

# rookery_add_test(name [PRELUDE prelude] DEPENDS module... [LIBRARIES target...])
# Every .cpp of the calling folder becomes one test program; each TEST_CASE is a CTest line. PRELUDE is test_prelude
# unless named.
function(rookery_add_test name)
  cmake_parse_arguments(arg "" "PRELUDE" "DEPENDS;LIBRARIES" ${ARGN})
  if(NOT arg_PRELUDE)
    set(arg_PRELUDE test_prelude)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  if(name IN_LIST ROOKERY_TESTS_LEFT_OUT)
    set_target_properties(${name}_test PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  set_target_properties(${name}_test PROPERTIES UNITY_BUILD ${ROOKERY_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 12)
  target_compile_options(${name}_test PRIVATE ${ROOKERY_WARNINGS})
  # What tests share is in the namespace that they share it from.
  set(shared ${sources})
  list(FILTER shared EXCLUDE REGEX "_test\\.cpp$")
  set_source_files_properties(${shared} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  # Only where it is used, which is compiled by itself: an object with the folder's name in it serves no other checkout.
  foreach(source IN LISTS sources)
    file(STRINGS "${source}" uses REGEX "ROOKERY_SOURCE_DIR" LIMIT_COUNT 1)
    if(uses)
      set_property(SOURCE "${source}" APPEND PROPERTY
        COMPILE_DEFINITIONS ROOKERY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  target_include_directories(${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  list(TRANSFORM arg_DEPENDS PREPEND rookery::)
  target_link_libraries(${name}_test PRIVATE catch_main ${arg_DEPENDS} ${arg_LIBRARIES})
  target_precompile_headers(${name}_test REUSE_FROM ${arg_PRELUDE})
  catch_discover_tests(${name}_test TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
