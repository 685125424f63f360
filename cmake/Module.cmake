set(ROOKERY_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual)

# rookery_add_module(name DEPENDS module... [LIBRARIES target...])
# Every .cpp of the calling folder becomes the static library rookery::name.
function(rookery_add_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(rookery_${name} STATIC ${sources})
  add_library(rookery::${name} ALIAS rookery_${name})
  target_include_directories(rookery_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
  target_compile_options(rookery_${name} PRIVATE ${ROOKERY_WARNINGS})
  list(TRANSFORM arg_DEPENDS PREPEND rookery::)
  target_link_libraries(rookery_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_LIBRARIES})
endfunction()

# rookery_add_test(name DEPENDS module... [LIBRARIES target...])
# Every .cpp of the calling folder becomes one test program; each TEST_CASE is a CTest line.
function(rookery_add_test name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_compile_options(${name}_test PRIVATE ${ROOKERY_WARNINGS})
  target_compile_definitions(${name}_test PRIVATE ROOKERY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  list(TRANSFORM arg_DEPENDS PREPEND rookery::)
  target_link_libraries(${name}_test PRIVATE catch_main ${arg_DEPENDS} ${arg_LIBRARIES})
  catch_discover_tests(${name}_test TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
